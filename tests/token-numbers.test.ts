import { describe, expect, it } from 'vitest';
import { clippedTerm } from '../src/ppo/clipped.ts';
import { estimators, whitenings, type Knobs } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import type { TokenNumbers } from '../src/protocol/tokens.ts';
import { tokenNumbers } from '../src/token-numbers.ts';
import type { Observe, Tensor } from '../src/training.ts';
import { batches, filter, run } from './tiny-run.ts';

type At = (event: RunEvent) => boolean;
const before =
  (phase: string, update = 1, minibatch?: number): At =>
  (event) =>
    event.type === 'phase' &&
    event.phase === phase &&
    event.update === update &&
    event.minibatch?.index === minibatch;

/** What an update shows of itself. */
type Shown = Record<string, Tensor>;
/** Rows of the batch that are asked for; the first of those that are kept, or dropped. */
type Which = 'kept' | 'dropped';

/** A run that is asked about update 1 at each of `moments`, and what that update observed. */
async function asked(moments: At[], which: Which = 'kept', knobs: Partial<Knobs> = {}) {
  const answers: TokenNumbers[] = [];
  const tensors: Shown = {};
  const steps: Shown[] = [];
  const observe: Observe = (update, name, { shape, values }, step) => {
    if (update !== 1) return;
    const into = step === undefined ? tensors : (steps[step] ??= {});
    into[name] = { shape, values: Array.from(values) };
  };
  let row = -1;
  const seen: RunEvent[] = [];
  const { weights } = await run({
    updates: 2,
    knobs,
    observe,
    onEvent: async (event, training) => {
      seen.push(event);
      if (!moments.some((isNow) => isNow(event))) return;
      const batch = batches(seen).find(({ update }) => update === 1)!;
      const isKept = (r: number) => batch.kept.includes(r);
      row = batch.programs.findIndex((_, r) => isKept(r) === (which === 'kept'));
      answers.push(await tokenNumbers(training, batch, row, batch.kept, training.inForce));
    },
  });
  const { rows } = tensors;
  const T = tensors.tokens.shape[1];
  const from = tensors.promptLengths.values[row] - 1;
  const count = tensors.lengths.values[row] - from - 1;
  /** The row's own stretch of an (R, T) tensor, of which row `place` is its own. */
  const own = (tensor: Tensor, place: number) =>
    Array.from(tensor.values).slice(place * T + from, place * T + from + count);
  const used = (name: string) => own(tensors[name], Array.from(rows.values).indexOf(row));
  return { answers, used, own, steps, tensors, weights, row };
}

const traced = [
  ...(['logprobs', 'refLogprobs', 'values', 'rewards'] as const),
  ...(['advantages', 'whitenedAdvantages', 'returns'] as const),
];

describe('asked before anything has moved', () => {
  it.each(whitenings)(
    'the numbers are those that training then uses, to the bit: whitening %s',
    async (whitening) => {
      const { answers, used, tensors, row } = await asked([before('experience')], 'kept', { whitening });
      const [numbers] = answers;
      expect(numbers).toMatchObject({ isAuthor: true, isRemembered: false, policy: { update: 0, steps: 0 } });
      for (const name of traced) expect([name, ...numbers[name]]).toEqual([name, ...used(name)]);
      expect(numbers.oldLogprobs).toEqual(numbers.logprobs);
      const [T, start] = [tensors.tokens.shape[1], tensors.promptLengths.values[row]];
      const ids = Array.from(tensors.tokens.values).slice(
        row * T + start,
        row * T + tensors.lengths.values[row],
      );
      expect([...numbers.ids]).toEqual(ids);
      expect(ids.length).toBeGreaterThan(3);
    },
  );

  it.each(estimators)('so they are where advantages are by %s', async (advantage) => {
    const { answers, used } = await asked([before('experience')], 'kept', { advantage });
    for (const name of traced) expect([name, ...answers[0][name]]).toEqual([name, ...used(name)]);
  });

  it('a dropped response is whitened as the kept ones are, and has no say in that', async () => {
    const { answers, tensors } = await asked([before('experience')], 'dropped');
    const [numbers] = answers;
    const kept = Array.from(tensors.advantages.values).filter((_, m) => tensors.mask.values[m] === 1);
    const mean = kept.reduce((sum, a) => sum + a, 0) / kept.length;
    const variance = kept.reduce((sum, a) => sum + (a - mean) ** 2, 0) / kept.length;
    numbers.whitenedAdvantages.forEach((advantage, t) =>
      expect(advantage).toBeCloseTo((numbers.advantages[t] - mean) / Math.sqrt(variance + 1e-8), 5),
    );
    expect(numbers.whitenedAdvantages).not.toEqual(numbers.advantages);
    expect(numbers).toMatchObject({ isAuthor: true, isRemembered: false });
  });

  it('the score stands on the last token alone, and the rest is the price of the KL', async () => {
    const { answers, tensors, row } = await asked([before('experience')], 'dropped', { klCoef: 0.5 });
    const [{ rewards, logprobs, refLogprobs }] = answers;
    const last = rewards.length - 1;
    rewards.forEach((given, t) =>
      expect(given).toBeCloseTo(
        -0.5 * (logprobs[t] - refLogprobs[t]) + (t === last ? tensors.scores.values[row] : 0),
        5,
      ),
    );
  });
});

describe('asked while it learns, and after', () => {
  it('ratio, clipping and objective are those of the very next Adam step', async () => {
    // A rate at which ratios leave the clip range.
    const knobs = { learningRate: 3e-3, clipRange: 0.1, filter: filter({ name: 'none' }) };
    const moments = [0, 1, 2, 3].map((minibatch) => before('update', 1, minibatch));
    const { answers, own, steps, row } = await asked(moments, 'kept', knobs);
    let [compared, clipped] = [0, 0];
    steps.forEach((step, s) => {
      const place = Array.from(step.rows.values).indexOf(row);
      if (place < 0) return;
      const { logprobs, oldLogprobs, whitenedAdvantages } = answers[s];
      logprobs.forEach((logprob, t) => {
        const term = clippedTerm(logprob, oldLogprobs![t], whitenedAdvantages[t], 0.1);
        expect(term.ratio).toBeCloseTo(own(step.ratio, place)[t], 4);
        expect(-term.objective).toBeCloseTo(own(step.policyLoss, place)[t], 4);
        expect(Number(term.isClipped)).toBe(own(step.clipped, place)[t]);
        clipped += Number(term.isClipped);
        compared++;
      });
    });
    expect(compared).toBeGreaterThan(10);
    expect(clipped).toBeGreaterThan(0);
    expect(answers.map(({ policy }) => policy)).toEqual([0, 1, 2, 3].map((s) => ({ update: 0, steps: s })));
    expect(answers.map(({ isAuthor }) => isAuthor)).toEqual([true, false, false, false]);
  });

  it('what it learned from is remembered as it was; how likely it is now is by the policy as it is', async () => {
    const { answers, used } = await asked([
      before('update', 1, 0),
      before('prompts', 2),
      before('update', 2, 1),
    ]);
    for (const { oldLogprobs, values, whitenedAdvantages, isRemembered } of answers) {
      expect(isRemembered).toBe(true);
      expect([...oldLogprobs!]).toEqual(used('logprobs'));
      expect([...values]).toEqual(used('values'));
      expect([...whitenedAdvantages]).toEqual(used('whitenedAdvantages'));
    }
    const [first, second, third] = answers;
    expect(first.logprobs).toEqual(first.oldLogprobs);
    expect(second.logprobs).not.toEqual(first.logprobs);
    expect(third.logprobs).not.toEqual(second.logprobs);
    expect([second.policy, third.policy]).toEqual([
      { update: 1, steps: 0 },
      { update: 1, steps: 1 },
    ]);
  });

  it('of a dropped response the policy that wrote it is gone, and the numbers are worked out by the one that is there', async () => {
    const { answers } = await asked([before('experience'), before('prompts', 2)], 'dropped');
    const [then, now] = answers;
    expect(now).toMatchObject({ isAuthor: false, isRemembered: false, oldLogprobs: undefined });
    expect(now.logprobs).not.toEqual(then.logprobs);
    expect(now.refLogprobs).toEqual(then.refLogprobs);
    expect(now.values).not.toEqual(then.values);
  });

  it('changes nothing of the run', async () => {
    const late = ['experience', 'advantages', 'update'];
    const isLate: At = (event) => event.type === 'phase' && event.update > 0 && late.includes(event.phase);
    const [often, never] = [await asked([isLate]), await run({ updates: 2 })];
    expect(often.answers.length).toBeGreaterThan(8);
    expect(often.weights).toEqual(never.weights);
  });

  it('forgets updates long past, and works them out anew', async () => {
    const seen: RunEvent[] = [];
    const { training } = await run({ updates: 5, onEvent: (event) => void seen.push(event) });
    const [, , , , , last] = batches(seen);
    const [, old] = batches(seen);
    const of = (batch: typeof last) =>
      tokenNumbers(training, batch, batch.kept[0], batch.kept, training.inForce);
    expect(await of(last)).toMatchObject({ isRemembered: true, policy: { update: 5 } });
    expect(await of(old)).toMatchObject({ isRemembered: false, oldLogprobs: undefined });
  });
});

it('of a run that keeps nothing the whitened advantages do not exist', async () => {
  const seen: RunEvent[] = [];
  const { training } = await run({ updates: 0, onEvent: (event) => void seen.push(event) });
  const [batch] = batches(seen);
  const numbers = await tokenNumbers(training, batch, 3, [], training.inForce);
  expect(numbers.whitenedAdvantages.every(Number.isNaN)).toBe(true);
  expect(numbers.advantages.every(Number.isFinite)).toBe(true);
  const off = await tokenNumbers(training, batch, 3, [], { ...training.inForce, whitening: 'off' });
  expect(off.whitenedAdvantages).toEqual(off.advantages);
});
