import { getContext, setContext } from 'svelte';

const KEY = Symbol('lock');

/** Whether the settings here are locked: to be asked whenever it matters. Of a component, while it is made. */
export const lockHere = (): (() => boolean) => getContext<(() => boolean) | undefined>(KEY) ?? (() => false);

/** Locks the settings within the component that is being made, as long as `isOn` says so. */
export function lockWithin(isOn: () => boolean): void {
  const around = lockHere();
  setContext(KEY, () => isOn() || around());
}
