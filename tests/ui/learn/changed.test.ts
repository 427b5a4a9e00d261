import { expect, test } from 'vitest';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { Knobs, RunConfig } from '../../../src/protocol/config.ts';
import { RunHistory } from '../../../src/ui/history.ts';
import { changedSince } from '../../../src/ui/learn/changed.ts';
import type { EarlierRun } from '../../../src/ui/run/live-run.ts';

/** By update: held-out pass@1, and the KL where it is known. */
type Evaluations = Readonly<Record<number, readonly [number, number?]>>;

function historyOf(evaluations: Evaluations): RunHistory {
  const history = new RunHistory();
  for (const [update, [rate, kl]] of Object.entries(evaluations))
    history.set(Number(update), { 'eval/pass@1_held_out': rate, 'eval/kl': kl });
  return history;
}

const runOf = (evaluations: Evaluations, knobs: Partial<Knobs> = {}, config: Partial<RunConfig> = {}) => ({
  config: { ...defaultConfig, preset: 'tiny', ...config, knobs: { ...defaultKnobs, ...knobs } },
  changes: [] as EarlierRun['changes'],
  engine: { name: 'cpu', preset: 'tiny', why: '', parameterCount: 1 } as EarlierRun['engine'],
  history: historyOf(evaluations),
});
const pastOf = (...of: Parameters<typeof runOf>): EarlierRun => ({
  ...runOf(...of),
  ...{ id: 'before', label: 'a run', isBranch: false },
});

test('says what was set otherwise, and the figures of the newest update at which both were evaluated', () => {
  const past = pastOf({ 0: [0.4, 0], 20: [0.7, 0.5], 25: [0.1, 9] }, { learningRate: 2e-4 });
  const run = runOf({ 0: [0.4, 0], 20: [0.64, 1.25], 25: [0.9, 9] }, { learningRate: 3e-4, klCoef: 0 });
  expect(changedSince(past, run, 20)).toBe(
    'Against your previous run, what was set otherwise: KL coefficient 0.1 → 0, learning rate 2e−4 → 3e−4. ' +
      'After update 20: held-out pass@1 0.64 against 0.70 (\u22120.06); KL to the reference 1.25 nats against 0.50 (+0.75).',
  );
});

test('says it where nothing differs', () => {
  const evaluations: Evaluations = { 0: [0.4, 0], 10: [0.5, 0.301] };
  expect(changedSince(pastOf(evaluations), runOf({ 0: [0.4, 0], 10: [0.5, 0.304] }), 10)).toBe(
    'Begun with the same settings and seed as your previous run. ' +
      'After update 10: held-out pass@1 0.50 against 0.50 (the same); KL to the reference 0.30 nats against 0.30 (the same).',
  );
});

test('says it where there is no run before, or no update that both have', () => {
  expect(changedSince(undefined, runOf({ 0: [0.4] }), 10)).toMatch(/^This page knows of no run/);
  expect(changedSince(pastOf({ 3: [0.4] }), runOf({ 0: [0.4], 10: [0.5] }), 10)).toMatch(
    /seed as your previous run\. No update was evaluated in both/,
  );
});

test('a run before that is shorter is compared where it ended, or before any update', () => {
  const run = runOf({ 0: [0.4], 5: [0.45], 10: [0.5] });
  expect(changedSince(pastOf({ 0: [0.4], 5: [0.5] }), run, 10)).toContain(
    'After update 5, the last of 10 at which both were evaluated: held-out pass@1 0.45 against 0.50 (\u22120.05).',
  );
  expect(changedSince(pastOf({ 0: [0.3] }), run, 10)).toContain(
    'Before any update: held-out pass@1 0.40 against 0.30 (+0.10).',
  );
});

test('other models, seeds, tasks, policies and engines are settings, too', () => {
  const past = pastOf({ 0: [0.3] }, {}, { seed: 7, tasks: [{}, {}] as unknown as RunConfig['tasks'] });
  past.engine = { ...past.engine!, name: 'webgpu', preset: 'small' };
  expect(changedSince(past, runOf({ 0: [0.3] }, {}, { seed: 8 }), 0)).toContain(
    'otherwise: models small → tiny, tasks 2 tasks of your own → the corpus, seed 7 → 8, engine webgpu → cpu. Before any update',
  );
  // `auto` was the same models.
  const auto = pastOf({ 0: [0.3] }, {}, { preset: 'auto' });
  expect(changedSince(auto, runOf({ 0: [0.3] }), 0)).toContain('the same settings and seed');
});

test('what was changed in the run before up to there is said, and what it branched off', () => {
  const past = pastOf({ 0: [0.3] });
  const other = { ...defaultKnobs, klCoef: 0.5 };
  past.changes = [
    { update: 4, before: defaultKnobs, after: other },
    { update: 12, before: other, after: defaultKnobs },
  ];
  past.isBranch = true;
  const text = changedSince(past, runOf({ 0: [0.3] }), 10);
  expect(text).toContain('In that one was changed on the way: KL coefficient 0.1 → 0.5 at update 4.');
  expect(text).toContain('That one had branched off another run.');
  // Before its first update it had begun with them.
  past.changes = [{ update: 0, before: defaultKnobs, after: other }];
  expect(changedSince(past, runOf({ 0: [0.3] }), 10)).toContain('otherwise: KL coefficient 0.5 → 0.1.');
});
