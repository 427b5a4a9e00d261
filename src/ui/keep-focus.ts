/** Places for the focus, each before what it is about. */
const PLACES = 'h1, h2, h3, h4, section[aria-label]';

const canHave = (element: HTMLElement | SVGElement) =>
  element.isConnected && element.checkVisibility() && !element.matches(':disabled');

/** What a control opened, in which the focus is, and that control: it says so by `aria-controls`. */
interface Opened {
  part: HTMLElement;
  by: HTMLElement;
}

function openedAround(element: Element): Opened[] {
  const found: Opened[] = [];
  for (let at = element.closest<HTMLElement>('[id]'); at; at = at.parentElement?.closest('[id]') ?? null) {
    const by = document.querySelector<HTMLElement>(`[aria-controls~="${CSS.escape(at.id)}"]`);
    if (by) found.push({ part: at, by });
  }
  return found;
}

/**
 * Keeps the focus near where it was: a control that goes, or is disabled, often by its own press, would let it fall to the page's beginning. Where it goes
 * with all that another control had opened, that one gets the focus, else the nearest heading before it; and it goes back to a control that was only
 * moved, or is enabled again.
 *
 * @returns what ends it
 */
export function keepFocus(): () => void {
  let last: HTMLElement | SVGElement | undefined;
  /** Around what had it last, from within. */
  let opened: readonly Opened[] = [];
  /** Before what had it last, in order. */
  let places: readonly HTMLElement[] = [];
  /** Where it was put, in place of `last`. */
  let place: HTMLElement | undefined;
  let due: ReturnType<typeof setTimeout> | undefined;
  const listening = new AbortController();

  function check() {
    due = undefined;
    const now = document.activeElement;
    // Whoever has it elsewhere, in the browser's own bars too, keeps it.
    if (!last || !document.hasFocus() || (now && ![document.body, last, place].includes(now as HTMLElement)))
      return;
    const closed = opened.find(({ part, by }) => !canHave(part) && canHave(by));
    const to = canHave(last) ? last : (closed?.by ?? places.findLast(canHave));
    if (!to || to === now) return;
    if (to !== last && to !== closed?.by) {
      place = to as HTMLElement;
      if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
    }
    to.focus({ preventScroll: true });
  }

  const observer = new MutationObserver(() => {
    // After whoever puts it somewhere itself.
    if (last) due ??= setTimeout(check);
  });
  observer.observe(document, {
    childList: true,
    subtree: true,
    attributeFilter: ['disabled', 'hidden'],
  });
  addEventListener(
    'focusin',
    ({ target }) => {
      if (target === place) return;
      last = target as HTMLElement | SVGElement;
      place = undefined;
      opened = openedAround(last);
      places = [...document.querySelectorAll<HTMLElement>(PLACES)].filter(
        (one) => one.compareDocumentPosition(last!) & Node.DOCUMENT_POSITION_FOLLOWING,
      );
    },
    { signal: listening.signal },
  );
  // A press beside it lets it go.
  addEventListener(
    'pointerdown',
    ({ target }) => {
      if (!last?.contains(target as Node)) last = place = undefined;
    },
    { signal: listening.signal, capture: true },
  );
  return () => {
    observer.disconnect();
    clearTimeout(due);
    listening.abort();
  };
}
