import { expect, it } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import type { Engine } from '../../src/kernels/engine.ts';
import { tunings, type Tuning } from '../../src/kernels/programs.ts';
import { policyColumns } from '../../src/model/network.ts';
import { tune } from '../../src/model/tune.ts';
import { contextLength, lexemes } from '../../src/tasks/vocabulary.ts';

const vocabulary = lexemes.length;
const network = {
  ...{ layers: 1, channels: 8, heads: 2, vocabulary, contextLength },
  columns: policyColumns(vocabulary),
};

/** An engine on which the plans that `isSlow` takes by their names are late. */
async function late(isSlow: (plan: string) => boolean): Promise<Engine> {
  const engine = await createCpuEngine();
  const runAndRead = engine.runAndRead.bind(engine);
  engine.runAndRead = async (plans, ...slots) => {
    if (plans.some(({ name }) => isSlow(name))) await new Promise((resolve) => setTimeout(resolve, 100));
    return runAndRead(plans, ...slots);
  };
  return engine;
}

it('takes the tile that trains faster and the decoder that samples faster, each for itself', async () => {
  // The one with small tiles trains late, the one that does not fuse samples late.
  const engines = [
    await late((name) => name === 'training step'),
    await late((name) => name.startsWith('decode')),
  ];
  const made: Tuning[] = [];
  const tuning = await tune((candidate) => {
    made.push(candidate);
    return engines[made.length - 1];
  }, network);
  expect(made.map(({ tile, fuses }) => [tile, fuses])).toEqual([
    [1, true],
    [2, false],
  ]);
  expect(tuning).toEqual({ ...tunings.hardware, tile: 2, fuses: true });
  // Their memory is given back.
  for (const engine of engines) expect(() => engine.slot('more', 'f32', 1)).toThrow('it was freed');
});
