import { type } from './type.svelte.ts';

const MARGIN = 12;
const GAP = 6;

/** Where a pointer is in an element. Events have the window's pixels, of which one in large type is less than the page's. */
export function placeIn(element: Element, { clientX, clientY }: PointerEvent): { x: number; y: number } {
  const { left, top } = element.getBoundingClientRect();
  return { x: (clientX - left) / type.zoom, y: (clientY - top) / type.zoom };
}

/** Puts an open popover below `anchor`, or above where there is no room, and wholly inside the window. */
export function placeBeside(card: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const { innerWidth: clientWidth, innerHeight: clientHeight } = window;
  const below = at.bottom + GAP + height + MARGIN <= clientHeight;
  const top = below ? at.bottom + GAP : Math.max(MARGIN, at.top - GAP - height);
  const left = Math.min(at.left, clientWidth - width - MARGIN);
  // Places are in the window's pixels, styles in the page's.
  card.style.top = `${top / type.zoom}px`;
  card.style.left = `${Math.max(MARGIN, left) / type.zoom}px`;
}
