import { tick } from 'svelte';
import { addresses, route } from '../route.svelte.ts';
import { ownTurn } from '../turns.ts';

/** Turns that a place in Play is waited for: what was not seen yet is made in some. */
const TURNS = 60;

const placeOf = (words: readonly string[]) =>
  words
    .map((word) => document.querySelector<HTMLElement>(`main:not(.glossary) [data-term="${word}"]`))
    .find((place) => place !== null);

/** Leads to where the first of these terms stands in Play, and puts the focus on it. */
export async function showInPlay(words: readonly string[]): Promise<void> {
  location.hash = addresses.play;
  while (route.view !== 'play') await new Promise((resolve) => setTimeout(resolve));
  await tick();
  for (let turn = 0; !placeOf(words) && turn < TURNS; turn++) await ownTurn();
  const place = placeOf(words);
  for (let around = place?.closest('details'); around; around = around.parentElement?.closest('details'))
    around.open = true;
  place?.focus({ preventScroll: true });
  place?.scrollIntoView({ block: 'center' });
}
