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

const trains = (name: string) => name === 'training step';
const samples = (name: string) => name.startsWith('decode');

it.each<[string, ((plan: string) => boolean)[], Partial<Tuning>]>([
  // The third has the tile and the decoder of the first.
  ['the second trains and the first samples fastest', [trains, samples, trains], { tile: 2 }],
  ['the third trains and the second samples fastest', [trains, trains, samples], { threads: 32_768 }],
])(
  'takes the form that trains and the decoder that samples faster, each for itself: %s',
  async (_, areLate, own) => {
    const engines = await Promise.all(areLate.map(late));
    if (own.threads) engines[0] = await late((name) => trains(name) || samples(name));
    const made: Tuning[] = [];
    const tuning = await tune((candidate) => {
      made.push(candidate);
      return engines[made.length - 1];
    }, network);
    const { hardware } = tunings;
    expect(made).toEqual([
      hardware,
      { ...hardware, tile: 2, fuses: false },
      { ...hardware, threads: 32_768 },
    ]);
    expect(tuning).toEqual({ ...hardware, ...own, fuses: own.threads === undefined });
    // Their memory is given back.
    for (const engine of engines) expect(() => engine.slot('more', 'f32', 1)).toThrow('it was freed');
  },
);
