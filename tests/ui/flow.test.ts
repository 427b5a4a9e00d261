import { expect, test } from 'vitest';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { phases } from '../../src/protocol/batch.ts';
import { flowStages } from '../../src/ui/flow.ts';
import { batchOf } from './batch.ts';

const words = (stages: ReturnType<typeof flowStages>) =>
  stages.map((stage) => [stage.amount, stage.words].filter(Boolean).join(' '));

test('before anything runs: what an update will do', () => {
  const stages = flowStages(undefined, undefined, defaultKnobs);
  expect(words(stages)).toEqual([
    '32 prompts',
    '256 programs',
    'scored',
    'kept by best-worst',
    'advantages',
    '2 epochs of PPO',
  ]);
  expect(stages.every((stage) => stage.state === 'ahead')).toBe(true);
});

test('during an update: its own counts, as far as it has come', () => {
  const phase = { update: 3, phase: 'update', minibatch: { index: 1, count: 4 } } as const;
  const stages = flowStages(phase, { batch: batchOf({}, 3) }, defaultKnobs);
  expect(words(stages)).toEqual([
    '3 prompts',
    '12 programs',
    'scored',
    '6 kept by best-worst',
    'advantages',
    '2/4 minibatches of PPO',
  ]);
  expect(stages.map((stage) => stage.state)).toEqual(['done', 'done', 'done', 'done', 'done', 'active']);
});

test('without a filter nobody keeps them', () => {
  const stages = flowStages(
    { update: 3, phase: 'filter' },
    { batch: batchOf({ name: 'none' }, 3) },
    defaultKnobs,
  );
  expect(words(stages)[3]).toBe('12 kept, no filter');
});

test('the counts of the update before are not taken for this one’s', () => {
  const stages = flowStages({ update: 4, phase: 'prompts' }, { batch: batchOf({}, 3) }, defaultKnobs);
  expect(words(stages)[3]).toBe('kept by best-worst');
});

test.each(phases.filter((phase) => phase !== 'evaluate'))('%s lights one stage', (phase) => {
  const stages = flowStages({ update: 1, phase }, undefined, defaultKnobs);
  expect(stages.filter((stage) => stage.state === 'active')).toHaveLength(1);
});

test('while the policy is measured, every stage is done', () => {
  const stages = flowStages({ update: 1, phase: 'evaluate' }, undefined, defaultKnobs);
  expect(stages.every((stage) => stage.state === 'done')).toBe(true);
});

test('single spends the same budget on more prompts', () => {
  const single = { ...defaultKnobs, filter: { ...defaultKnobs.filter, name: 'single' } };
  expect(words(flowStages(undefined, undefined, single)).slice(0, 4)).toEqual([
    '256 prompts',
    '256 programs',
    'scored',
    'kept by single',
  ]);
});
