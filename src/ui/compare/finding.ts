import { decimals } from '../../evidence/format.ts';
import { fixed } from '../format.ts';

/** What a setting came to, its mean over seeds, and what Γ had said of it, where it is known. */
export interface Found {
  label: string;
  passAt1: number;
  gamma: number | undefined;
  seeds: number;
}

/** Those with the highest number: all that read the same in the table, for a difference that it does not show is none to tell of. */
function topOf(all: readonly Found[], textOf: (one: Found) => string, valueOf: (one: Found) => number) {
  const best = all.reduce((a, b) => (valueOf(b) > valueOf(a) ? b : a));
  return all.filter((one) => textOf(one) === textOf(best));
}

const listed = new Intl.ListFormat('en');
const names = (some: readonly Found[]) => listed.format(some.map(({ label }) => `“${label}”`));

/**
 * Which setting has the highest pass@1, and whether Γ had favoured it, as sentences; nothing where there are no two to tell apart.
 *
 * @param isOver no run goes on
 */
export function findingOf(all: readonly Found[], isOver: boolean): string {
  const known = all.filter(({ passAt1 }) => Number.isFinite(passAt1));
  if (known.length < 2) return '';
  const came = topOf(known, ({ passAt1 }) => decimals(passAt1), ({ passAt1 }) => passAt1); // prettier-ignore
  const isFavouring = known.every(({ gamma }) => gamma !== undefined);
  const expected = isFavouring ? topOf(known, ({ gamma }) => fixed(gamma), ({ gamma }) => gamma!) : known; // prettier-ignore

  const isTie = came.length === known.length;
  const isAsExpected =
    !isTie && expected.length < known.length && came.every((one, i) => one === expected[i]);
  const alike =
    came.length > 1 ? 'have alike the highest' : `has ${isAsExpected ? 'indeed ' : ''}the highest`;
  const what = isTie ? `${names(came)} have the same pass@1` : `${names(came)} ${alike} pass@1`;
  const where = known.every(({ seeds }) => seeds === 1) ? ' in the one seed' : '';
  const outcome = `${isOver ? '' : 'So far '}${what}${where}.`;
  if (expected.length === known.length) return outcome;
  const both = expected.length > 1 ? ' alike' : '';
  return `Before anything was learned Γ favoured ${names(expected)}${both}. ${outcome}`;
}
