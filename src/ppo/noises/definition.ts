/** What every noise is, its options, and what several of them need. */
import type { NoiseConfig } from '../../protocol/config.ts';
import type { RandomStream } from '../../protocol/random-stream.ts';

export type NoiseOption = Exclude<keyof NoiseConfig, 'name'>;

/** What one number can be: from `low` to `high`; a dial stands on one of `steps`, least first. */
interface Bounds {
  low: number;
  high: number;
  steps: readonly number[];
  /** As the page names it. */
  label: string;
}
interface OptionTable extends Record<Exclude<NoiseOption, 'profile'>, Bounds & { standard: number }> {
  /** Bounds of each of its numbers; `longest` is the most numbers it has. */
  profile: Bounds & { standard: readonly number[]; longest: number };
}

const shareSteps = [0, 0.01, 0.02, 0.05, 0.08, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Every option of a noise. Where a noise has no standard of its own, it is the option's. */
export const noiseOptions = {
  share: { standard: 0.8, low: 0, high: 1, steps: shareSteps, label: 'Share' },
  spread: {
    standard: 0.3,
    low: 0,
    high: 5,
    steps: [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5],
    label: 'Spread',
  },
  height: { standard: 2, low: -1, high: 5, steps: [-1, 0, 0.5, 1, 1.5, 2, 3, 4, 5], label: 'Height' },
  falsePass: { standard: 0.2, low: 0, high: 1, steps: shareSteps, label: 'False passes' },
  falseFail: { standard: 0.2, low: 0, high: 1, steps: shareSteps, label: 'False fails' },
  profile: {
    // Unsure in the middle, half in the mean.
    standard: [0.05, 0.2, 0.4, 0.5, 0.5, 0.5, 0.5, 0.6, 0.8, 0.95],
    low: 0,
    high: 1,
    steps: Array.from({ length: 21 }, (_, step) => step / 20),
    label: 'Profile',
    longest: 32,
  },
} as const satisfies OptionTable;

/** A noise's words for a visitor, as the page's glossary shows them. */
export interface NoiseWords {
  title: string;
  text: string;
  /** What this page does, where the literature differs or says more. */
  here?: string;
}

/** One way in which scores depart from the truth. */
export interface Noise {
  readonly name: string;
  /** Options besides which none has a meaning. */
  readonly reads: readonly NoiseOption[];
  /** Where it departs from the options' own. */
  readonly standard?: Partial<NoiseConfig>;
  /** What is wrong with options that are each within bounds, as a sentence; undefined if nothing. */
  check?(config: NoiseConfig): string | undefined;
  /** What the numbers of a profile that it reads stand along; the score itself where it does not say. */
  readonly along?: 'percentiles';
  /** Its options for a batch of which this share passes. Without it a response's score depends on no other response. */
  readonly forBatch?: (config: NoiseConfig, passRate: number) => NoiseConfig;
  /**
   * One response's score, before scores are limited. Draws from `random` alone; the Gaussian number first, so that the same response
   * meets the same noise under every noise that has one, and a larger spread only stretches it.
   * @param testScore share of tests passed, 0 … 1
   */
  score(testScore: number, config: NoiseConfig, random: RandomStream): number;
  /** What it does, in plain words that need no name before them. */
  says(config: NoiseConfig): string;
  readonly words: NoiseWords;
}

/** Truth is yes or no: a response passes if it passes all tests. */
export const passes = (testScore: number) => testScore === 1;
/** The truth as a score: +1 passed, −1 failed. */
export const verdict = (testScore: number) => (passes(testScore) ? 1 : -1);

/** Four digits are more than a visitor can set. */
const rounded = (value: number) => Number(value.toPrecision(4));
/** A number as a visitor reads it. */
export const numberText = (value: number) => String(rounded(value)).replaceAll('-', '\u2212');

const fractions = new Map([
  [0, 'none of'],
  [0.1, 'a tenth of'],
  [0.2, 'a fifth of'],
  [0.25, 'a quarter of'],
  [0.5, 'half of'],
  [1, 'all of'],
]);
/** "a fifth of the responses is", "8 % of the responses are": of what, and the verb for one and for many. */
export function shareText(share: number, ofWhat: string, one: string, many: string): string {
  const words = fractions.get(rounded(share));
  const isMany = words === undefined || share > 0.5;
  return `${words ?? `${numberText(100 * share)} % of`} the ${ofWhat} ${isMany ? many : one}`;
}

/** To follow what is said of the scores themselves: ", with NOISE of 0.3AFTER". */
export const spreadText = ({ spread }: NoiseConfig, noise = /* @wc-include */ 'noise', after = '') =>
  spread === 0 ? ', without noise' : `, with ${noise} of ${numberText(spread)}${after}`;
