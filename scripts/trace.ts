/**
 * `npm run trace -- --preset tiny --seed 1 --iterations 1 --filter best-worst --out trace.json`: every tensor of an update by
 * name with its shape, and the configuration, so that anyone can recompute it.
 */
import { writeFile } from 'node:fs/promises';
import { readyNames } from '../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import type { RunConfig } from '../src/protocol/config.ts';
import { choice, integer, outFile, withArguments } from './arguments.ts';
import { headless } from './headless.ts';
import { presets } from './presets.ts';

interface TracedTensor {
  shape: readonly number[];
  values: number[];
}
type Tensors = Record<string, TracedTensor>;
interface TracedUpdate {
  update: number;
  tensors: Tensors;
  /** By Adam step. `rows` are those of the (R, T) tensors that the minibatch holds. */
  minibatches: Tensors[];
  metrics?: object;
}

async function trace(config: RunConfig, iterations: number, out: string): Promise<number> {
  const updates: TracedUpdate[] = Array.from({ length: iterations }, (_, i) => ({
    update: i + 1,
    tensors: {},
    minibatches: [],
  }));
  const run = await headless(config, () => undefined, {
    observe: (update, name, { shape, values }, step) => {
      // Update 0 is shown on the page and never learned from, so it is not traced.
      if (update < 1 || update > iterations) return;
      const { tensors, minibatches } = updates[update - 1];
      const into = step === undefined ? tensors : (minibatches[step] ??= {});
      into[name] = { shape, values: Array.from(values) };
    },
  });
  for await (const event of run.events) {
    if (event.type !== 'updated') continue;
    updates[event.update - 1].metrics = event.metrics;
    if (event.update === iterations) break;
  }
  await run.settled();
  run.free();
  await writeFile(out, JSON.stringify({ config, updates }));
  console.log(`wrote ${updates.length} update${updates.length === 1 ? '' : 's'} to ${out}`);
  return 0;
}

export function main(args: string[]): Promise<number> {
  const options = {
    preset: choice(Object.keys(presets), 'tiny'),
    seed: integer(0, Number.MAX_SAFE_INTEGER, 1),
    iterations: integer(1, 100, 1),
    filter: choice(readyNames, defaultKnobs.filter.name),
    out: outFile(),
  };
  return withArguments(args, options, ({ preset, seed, iterations, filter, out }) => {
    const knobs = { ...defaultKnobs, filter: { ...defaultKnobs.filter, name: filter } };
    return trace({ ...defaultConfig, preset, seed, engine: 'cpu', knobs }, iterations, out);
  });
}
