/** The figure of a reward model's card, as its table and its files have it. */
import type { RewardCard } from '../../protocol/reward-card.ts';
import type { ChartData } from '../figures/chart-data.ts';
import { fixed, signed } from '../format.ts';
import { lightColour } from '../theme.svelte.ts';

/** A tenth of the responses by their score, of the lowest on: its mean score, pass rate, and that ± two deviations. */
export interface Tenth {
  score: number;
  rate: number;
  low: number;
  high: number;
}

export const tenthsOf = ({ reliability: { scores, passRates, deviations } }: RewardCard): Tenth[] =>
  scores.map((score, b) => {
    const [rate, deviation] = [passRates[b], deviations[b]];
    return { score, rate, low: Math.max(0, rate - 2 * deviation), high: Math.min(1, rate + 2 * deviation) };
  });

/** Ends of the axis of scores, with some room. */
export function scoreRange({ reliability: { scores } }: RewardCard): [number, number] {
  const [first, last] = [scores[0], scores[scores.length - 1]];
  const pad = Math.max(0.1, 0.05 * (last - first));
  return [first - pad, last + pad];
}

/** A row a tenth. @param model what it is called */
export function cardData(card: RewardCard, model: string): ChartData {
  const { slope, intercept } = card.calibration;
  const points = tenthsOf(card).map(({ score, rate, low, high }, at) => ({
    ...{ update: at + 1, x: score, y: rate },
    band: { low, high },
  }));
  return {
    name: 'Pass rate',
    unit: 'share that pass every test',
    xName: 'mean score of the tenth',
    rowName: 'tenth',
    of: model,
    note: `Responses to held-out prompts by tenth of the score that ${model} gives them, ± two deviations over resampled prompts. Their logistic curve has slope ${fixed(slope)} and intercept ${signed(intercept)}.`,
    form: 'points',
    lines: [{ label: /* @wc-include */ 'pass', run: '', colour: lightColour('--score'), width: 2, points }],
    xRange: scoreRange(card),
    yRange: [0, 1],
  };
}
