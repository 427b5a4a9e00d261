import { addresses, route, type View } from '../route.svelte.ts';
import type { Run } from '../run.svelte.ts';
import { canTrain } from '../status.ts';
import { theme } from '../theme.svelte.ts';
import { type } from '../type.svelte.ts';

/** What a key does. */
interface Key {
  key: string;
  does: string;
  act: (run: KeysRun) => void;
}
export type KeysRun = Pick<Run, 'newSeed' | 'pause' | 'play' | 'status' | 'step'>;

const whileWaiting = (act: (run: KeysRun) => void) => (run: KeysRun) => {
  if (canTrain(run.status)) act(run);
};
const goTo = (view: View) => () => {
  if (route.view !== view) location.hash = addresses[view];
};

export const keys: readonly Key[] = [
  {
    key: 't',
    does: 'train, or pause',
    act: (run) => (run.status.kind === 'running' ? run.pause() : canTrain(run.status) && run.play()),
  },
  { key: 'u', does: 'one update', act: whileWaiting((run) => run.step('update')) },
  { key: 's', does: 'one stage', act: whileWaiting((run) => run.step('phase')) },
  { key: 'n', does: 'a new seed', act: (run) => run.newSeed() },
  { key: 'l', does: 'large type', act: () => type.toggle() },
  { key: 'd', does: 'dark or light', act: () => theme.toggle() },
  { key: '1', does: 'Play', act: goTo('play') },
  { key: '2', does: 'Compare', act: goTo('compare') },
  { key: '3', does: 'Evidence', act: goTo('evidence') },
];

/** Where keys are letters, or mean something already. */
const TAKEN =
  /* @wc-ignore */ 'input, textarea, select, [contenteditable], [role=grid], dialog, .monaco-editor';

/** Does what the key is for, unless it is typed somewhere, or goes with another. */
export function press(event: KeyboardEvent, run: KeysRun): void {
  const { key, target, altKey, ctrlKey, metaKey, repeat } = event;
  if (altKey || ctrlKey || metaKey || repeat || event.defaultPrevented) return;
  if (target instanceof Element && target.closest(TAKEN)) return;
  keys.find((each) => each.key === key.toLowerCase())?.act(run);
}
