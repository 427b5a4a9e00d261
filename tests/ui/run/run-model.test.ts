import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import { RunModel } from '../../../src/ui/run/run-model.ts';
import { batchOf, truths } from '../batch.ts';

const opening = {
  type: 'opened',
  update: 0,
  engine: 'cpu',
  why: 'CPU.',
  config: defaultConfig,
  preset: 'tiny',
  parameterCount: 35_000,
} as const;

/** A run whose untrained policy's batch is there. */
function opened(): RunModel {
  const model = new RunModel(defaultConfig);
  model.apply(opening);
  model.apply({ type: 'phase', update: 0, phase: 'rollouts' });
  model.apply({ type: 'batch', update: 0, batch: batchOf({}, 0) });
  model.apply({ type: 'state', state: 'paused', update: 0 });
  return model;
}

function learned(model: RunModel, update: number, filter: Parameters<typeof batchOf>[0] = {}): void {
  model.apply({ type: 'phase', update, phase: 'filter' });
  model.apply({ type: 'batch', update: update, batch: batchOf(filter, update) });
  model.apply({ type: 'phase', update, phase: 'update', minibatch: { index: 0, count: 2 } });
  model.apply({ type: 'updated', update, metrics: { 'policy/kl_kept': 0.25 } });
}

const judged = (model: RunModel, update: number) =>
  model.apply({ type: 'judged', update, testScores: truths, metrics: { 'objective/pass_rate': 0.5 } });

describe('status', () => {
  test('from the start to the first batch', () => {
    const model = new RunModel(defaultConfig);
    expect(model.status()).toEqual({ kind: 'starting' });
    const loading = { type: 'loading', what: 'policy', received: 1, total: 2 } as const;
    expect(model.status(loading)).toEqual({ ...loading, type: undefined, kind: 'loading' });
    model.apply(opening);
    expect(model.status()).toEqual({ kind: 'opening', phase: undefined });
    model.apply({ type: 'phase', update: 0, phase: 'rollouts' });
    expect(model.status()).toEqual({ kind: 'opening', phase: 'rollouts' });
    model.apply({ type: 'batch', update: 0, batch: batchOf({}, 0) });
    model.apply({ type: 'state', state: 'paused', update: 0 });
    expect(model.status()).toMatchObject({
      kind: 'ready',
      first: { programs: 12, passed: undefined, kept: 6 },
    });
    judged(model, 0);
    expect(model.status()).toMatchObject({ kind: 'ready', first: { passed: 6 } });
  });

  test('while training it tells of the last update that is done and judged', () => {
    const model = opened();
    judged(model, 0);
    model.apply({ type: 'state', state: 'running', update: 0 });
    learned(model, 1);
    expect(model.status()).toMatchObject({ kind: 'running', update: 1, last: undefined });
    judged(model, 1);
    learned(model, 2);
    expect(model.status()).toMatchObject({
      kind: 'running',
      update: 2,
      last: { update: 1, passed: 6, kl: 0.25 },
    });
  });

  test('files that come while it trains, such as another teacher, take nothing out of sight', () => {
    const model = opened();
    model.apply({ type: 'state', state: 'running', update: 0 });
    const loading = { type: 'loading', what: 'weak reward model', received: 1, total: 2 } as const;
    expect(model.status(loading)).toMatchObject({ kind: 'running' });
  });

  test('paused after an update, and in the middle of one', () => {
    const model = opened();
    learned(model, 1);
    model.apply({ type: 'state', state: 'paused', update: 1 });
    expect(model.status()).toMatchObject({ kind: 'paused', update: 1, finished: true });
    model.apply({ type: 'phase', update: 2, phase: 'prompts' });
    expect(model.status()).toMatchObject({ kind: 'paused', update: 1, finished: true, last: { update: 1 } });
    model.apply({ type: 'phase', update: 2, phase: 'score' });
    expect(model.status()).toMatchObject({ kind: 'paused', update: 2, finished: false, phase: 'score' });
  });

  test('a failure ends it', () => {
    const model = opened();
    model.apply({ type: 'state', state: 'running', update: 0 });
    model.apply({
      ...{ type: 'failed', update: 1, kind: 'error', stage: 'update' },
      ...{ name: 'Error', message: 'loss is NaN', stack: '' },
    });
    expect(model.status()).toEqual({ kind: 'failed', stage: 'update' });
    expect(model.running).toBe(false);
    expect(model.failure?.message).toBe('loss is NaN');
  });
});

describe('the batch that is shown', () => {
  test('while it waits, is the newest whose truth is known: a pause takes nothing out of sight', () => {
    const model = opened();
    judged(model, 0);
    model.apply({ type: 'state', state: 'running', update: 0 });
    learned(model, 1);
    judged(model, 1);
    learned(model, 2);
    expect(model.shown?.batch.update).toBe(1);
    model.apply({ type: 'state', state: 'paused', update: 2 });
    expect(model.shown?.batch.update).toBe(1);
    judged(model, 2);
    expect(model.shown?.batch.update).toBe(2);
  });
  test('before any truth is known, is the newest', () => {
    expect(opened().shown?.batch.update).toBe(0);
  });
  test('while it trains, is the newest that is done and judged, as in the status sentence', () => {
    const model = opened();
    judged(model, 0);
    model.apply({ type: 'state', state: 'running', update: 0 });
    learned(model, 1);
    expect(model.shown?.batch.update).toBe(0);
    judged(model, 1);
    expect(model.shown?.batch.update).toBe(1);
    model.apply({ type: 'batch', update: 2, batch: batchOf({}, 2) });
    judged(model, 2);
    expect(model.shown?.batch.update).toBe(1);
    model.apply({ type: 'updated', update: 2, metrics: {} });
    expect(model.shown?.batch.update).toBe(2);
  });
  test('waits for the truth where there is none yet', () => {
    const model = opened();
    model.apply({ type: 'state', state: 'running', update: 0 });
    expect(model.shown?.batch.update).toBe(0);
  });
  test('gets what is known of it later as a new object', () => {
    const model = opened();
    learned(model, 1);
    const before = model.newest;
    const kl = Float32Array.of(0.1);
    model.apply({ type: 'experience', update: 1, kl, advantages: kl });
    expect(before?.experience).toBeUndefined();
    expect(model.newest?.experience?.kl).toEqual(kl);
  });
  test('only a few are remembered', () => {
    const model = opened();
    for (let update = 1; update < 30; update++) learned(model, update);
    expect(model.batches.map(({ batch }) => batch.update)).toEqual([26, 27, 28, 29]);
  });
});

test('metrics go into the history as they come', () => {
  const model = opened();
  learned(model, 1);
  judged(model, 1);
  model.apply({ type: 'evaluated', update: 1, metrics: { 'eval/pass@1_held_out': 0.4 } });
  expect(model.history.at('policy/kl_kept', 1)).toBe(0.25);
  expect(model.history.at('objective/pass_rate', 1)).toBe(0.5);
  expect(model.history.at('eval/pass@1_held_out', 1)).toBe(0.4);
});
