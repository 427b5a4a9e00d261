import { expect, test, vi } from 'vitest';
import { openDevice } from '../../src/kernels/device.ts';
import { tunings, type Tuning } from '../../src/kernels/programs.ts';
import { policyColumns, type NetworkConfig } from '../../src/model/network.ts';
import { tune } from '../../src/model/tune.ts';
import { contextLength, lexemes } from '../../src/tasks/vocabulary.ts';
import { keptTuning, measuredTuning, tuningText } from '../../src/workers/tuning.ts';

const vocabulary = lexemes.length;
const network: NetworkConfig = {
  ...{ layers: 1, channels: 8, heads: 2, vocabulary, contextLength },
  columns: policyColumns(vocabulary),
};
const opened = await openDevice();
if ('reason' in opened) throw new Error(`these tests need WebGPU: ${opened.reason}`);
/** What a real one would be taken for. */
const real = { ...opened, isFallback: false };

test('a software adapter is known, and not measured', async () => {
  const measure = vi.fn(tune);
  expect(await measuredTuning(opened, network, measure)).toBe(tunings.software);
  expect(await keptTuning(opened, network)).toBe(tunings.software);
  expect(measure).not.toHaveBeenCalled();
});

test('any other is measured at the first start, once for each size of network, and what suits it is kept', async () => {
  expect(await keptTuning(real, network)).toBe(tunings.hardware);
  const measure = vi.fn(tune);
  const first = await measuredTuning(real, network, measure);
  expect([1, 2]).toContain(first.tile);
  expect([8192, 32_768]).toContain(first.threads);
  expect(tuningText(first)).toMatch(
    /^Products in tiles of [48] × [48], sums split for \d+ threads, a token decoded /,
  );
  expect(await measuredTuning(real, network, measure)).toEqual(first);
  expect(await keptTuning(real, network)).toEqual(first);
  expect(measure).toHaveBeenCalledTimes(1);
  const fails = () => Promise.reject(new Error('no memory'));
  expect(await measuredTuning(real, { ...network, layers: 3 }, fails)).toBe(tunings.hardware);
  // What failed was not kept.
  const other: Tuning = { tile: 2, threads: 1, fuses: true };
  expect(await measuredTuning(real, { ...network, layers: 3 }, () => Promise.resolve(other))).toBe(other);
  expect(await measuredTuning(real, { ...network, layers: 3 }, fails)).toEqual(other);
});
