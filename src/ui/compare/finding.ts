import { spoken } from '../../languages/language.ts';
import { decimals, signed } from '../../evidence/format.ts';
import { pairedDifference } from '../../ppo/statistics.ts';
import { counted, fixed } from '../format.ts';

/** What a setting came to, and what Γ had said of it, where it is known. */
export interface Found {
  label: string;
  /** Mean over seeds. */
  passAt1: number;
  /** By seed. */
  outcomes: ReadonlyMap<number, number>;
  gamma: number | undefined;
}

/** Those with the highest number: all that read the same in the table, for a difference that it does not show is none to tell of. */
function topOf(all: readonly Found[], textOf: (one: Found) => string, valueOf: (one: Found) => number) {
  const best = all.reduce((a, b) => (valueOf(b) > valueOf(a) ? b : a));
  return all.filter((one) => textOf(one) === textOf(best));
}

const listed = new Intl.ListFormat(spoken());
const names = (some: readonly Found[]) => listed.format(some.map(({ label }) => `“${label}”`));

/** Whether the lead of the highest over the next is more than the luck of seeds, as sentences. */
function leadText(best: Found, all: readonly Found[]): string {
  const others = all.filter((one) => one !== best);
  const next = others.reduce((a, b) => (b.passAt1 > a.passAt1 ? b : a));
  const seeds = [...best.outcomes.keys()].filter((seed) => next.outcomes.has(seed));
  if (seeds.length === 0) return 'They have no seed in common yet.';
  if (seeds.length === 1) return 'One seed cannot tell whether that is luck.';
  const of = ({ outcomes }: Found) => seeds.map((seed) => outcomes.get(seed)!);
  const { mean, low, high } = pairedDifference(of(best), of(next));
  const interval = `95 % interval ${decimals(low)} to ${decimals(high)}`;
  const isClear = low > 0;
  const verdict = isClear ? 'that is hardly luck' : 'that may be luck';
  const lead = `Against “${next.label}” it is ${signed(mean)} over ${counted(seeds.length, ['pair', 'pairs'])} of seeds, ${interval}: ${verdict}.`;
  return isClear && all.length > 2
    ? `${lead} It is picked as the highest of ${all.length}, for which the interval does not allow.`
    : lead;
}

/**
 * Which setting has the highest pass@1, whether that may be luck, and whether Γ had favoured it, as sentences; nothing where there are no
 * two to tell apart.
 *
 * @param isOver no run goes on
 * @param from the update at which all began
 */
export function findingOf(all: readonly Found[], isOver: boolean, from = 0): string {
  const known = all.filter(({ passAt1 }) => Number.isFinite(passAt1));
  if (known.length < 2) return '';
  const came = topOf(known, ({ passAt1 }) => decimals(passAt1), ({ passAt1 }) => passAt1); // prettier-ignore
  const isFavouring = known.every(({ gamma }) => gamma !== undefined);
  const expected = isFavouring ? topOf(known, ({ gamma }) => fixed(gamma), ({ gamma }) => gamma!) : known; // prettier-ignore

  const isTie = came.length === known.length;
  const isAsExpected =
    !isTie && expected.length < known.length && came.every((one, i) => one === expected[i]);
  const alike =
    came.length > 1
      ? 'have alike the highest'
      : `has ${isAsExpected ? /* @wc-include */ 'indeed ' : ''}the highest`;
  const what = isTie ? `${names(came)} have the same pass@1` : `${names(came)} ${alike} pass@1`;
  const where = known.every(({ outcomes }) => outcomes.size === 1) ? ' in the one seed' : '';
  const lead = came.length === 1 ? ` ${leadText(came[0], known)}` : '';
  const outcome = `${isOver ? '' : 'So far '}${what}${where}.${lead}`;
  if (expected.length === known.length) return outcome;
  const both = expected.length > 1 ? /* @wc-include */ ' alike' : '';
  const before = from > 0 ? `At update ${from}, where all began,` : 'Before anything was learned';
  return `${before} Γ favoured ${names(expected)}${both}. ${outcome}`;
}
