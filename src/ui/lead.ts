import { tick } from 'svelte';
import type { Source } from './formulas/parts.ts';
import { ownTurn } from './turns.ts';

/** Turns that what a number came from is waited for: the matrix makes its cells in some. */
const TURNS = 60;

/** What has the focus when a number has led to where it came from. */
function placeOf(from: Source): HTMLElement | SVGElement | null {
  const find = (selector: string) => document.querySelector<HTMLElement | SVGElement>(selector);
  if (from === 'response') return find('#response-title');
  if (from === 'prompt') return find('.cell[aria-selected=true]');
  if ('token' in from) return find(`.strip [data-index="${from.token}"]`);
  const knob = find(`[data-knob="${from.knob}"]`);
  for (let around = knob?.closest('details'); around; around = around.parentElement?.closest('details'))
    around.open = true;
  return knob?.querySelector<HTMLElement>('input:checked, input[type=range]') ?? null;
}

/** Puts the focus on what a number came from; on the response itself, where its batch has gone. */
export async function lead(from: Source): Promise<void> {
  await tick();
  for (let turn = 0; !placeOf(from) && turn < TURNS; turn++) await ownTurn();
  const place = placeOf(from) ?? placeOf('response');
  place?.focus({ preventScroll: true });
  place?.scrollIntoView({ block: 'nearest' });
}
