import { expect, test } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { initialTensors, policyColumns, type NetworkConfig } from '../../src/model/network.ts';
import { Policy } from '../../src/model/policy.ts';
import { partsOf, totalOf, wordsOf } from '../../src/ui/engine/plan-view.ts';
import { contextLength, lexemes } from '../../src/tasks/vocabulary.ts';
import { engineReport } from '../../src/workers/engine-report.ts';
import { run } from '../tiny-run.ts';

const network: NetworkConfig = {
  ...{ layers: 2, channels: 16, heads: 2, vocabulary: lexemes.length, contextLength },
  columns: policyColumns(lexemes.length),
};

test('a plan reads as the network does: forward through its blocks, and back', async () => {
  const engine = await createCpuEngine();
  new Policy(engine, network, initialTensors(network, 1), 8);
  const { plans } = structuredClone(engineReport(engine, network, false));
  expect(plans.filter((plan) => !wordsOf(plan)).map(({ name }) => name)).toEqual([]);
  const step = plans.find(({ name }) => name === 'training step')!;
  expect(partsOf(step).map(({ name }) => name)).toEqual([
    ...['embedding', 'block 0', 'block 1', 'norm', 'head'],
    ...['head, backward', 'norm, backward', 'block 1, backward', 'block 0, backward', 'embedding, backward'],
    'Adam',
  ]);
  const decode = plans.find(({ name }) => name.startsWith('decode'))!;
  const [first, ...rest] = partsOf(decode).map(({ name }) => name);
  expect([first, ...rest.slice(0, 5)]).toEqual([
    ...['embedding', 'block 0', 'block 1', 'norm', 'head', 'embedding'],
  ]);
});

test('what a run is asked about it tells: every op of every plan that ran, by name, and what it took', async () => {
  const engine = await createCpuEngine();
  await run({ engine, updates: 1, onEvent: () => engine.times.next() });
  const { plans } = engineReport(engine, network, false);
  const timed = plans.filter(({ runs }) => runs > 0).map(({ name }) => name);
  expect(timed).toEqual(expect.arrayContaining(['log-probs', 'training step', 'prompts']));
  const step = plans.find(({ name }) => name === 'training step')!;
  expect(step.steps.map(({ kernel }) => kernel)).toEqual(
    expect.arrayContaining(['embedding', 'attention', 'ppo-head', 'adamw']),
  );
  expect(step.steps.every(({ ms }) => ms >= 0)).toBe(true);
  expect(totalOf(step.steps)).toBeGreaterThan(0);
});
