/**
 * `npm run trace -- --preset tiny --seed 1 --iterations 1 --filter best-worst --out trace.json`: every tensor of an update by
 * name with its shape, and the configuration, so that anyone can recompute it.
 */
import { writeFile } from 'node:fs/promises';
import { tokenStat, tokenStatCount } from '../src/kernels/catalogue.ts';
import { defaultConfig, filterNames, type FilterName, type RunConfig } from '../src/protocol/config.ts';
import { choice, integer, text, withArguments } from './arguments.ts';
import { headless } from './headless.ts';
import { presets } from './presets.ts';

interface Tensor {
  shape: readonly number[];
  values: number[];
}
interface TracedStep {
  learningRate: number;
  clipRange: number;
  /** Rows of the (R, T) tensors that the minibatch holds. */
  rows: readonly number[];
  gradNorm: number;
  tensors: Record<string, Tensor>;
}
interface TracedUpdate {
  update: number;
  tensors: Record<string, Tensor>;
  minibatches: TracedStep[];
  metrics?: object;
}

async function trace(config: RunConfig, iterations: number, out: string): Promise<number> {
  const updates: TracedUpdate[] = Array.from({ length: iterations }, (_, i) => ({
    update: i + 1,
    tensors: {},
    minibatches: [],
  }));
  const run = await headless(config, () => undefined, {
    // Update 0 is shown on the page and never learned from, so it is not traced.
    trace: (update, name, values, shape) => {
      if (update >= 1 && update <= iterations)
        updates[update - 1].tensors[name] = { shape, values: Array.from(values) };
    },
    afterStep: async (update, _step, rows) => {
      const { policy, engine } = run;
      const T = policy.config.contextLength;
      const [stats, squared] = await engine.read(policy.tokenStats, policy.learner.squaredNorm);
      const tensors: Record<string, Tensor> = {};
      for (const [name, column] of Object.entries(tokenStat))
        tensors[name] = {
          shape: [rows.length, T],
          values: Array.from({ length: rows.length * T }, (_, m) => stats[m * tokenStatCount + column]),
        };
      const { learningRate, clipRange } = config.knobs;
      const gradNorm = Math.sqrt(squared[0]);
      updates[update - 1].minibatches.push({ learningRate, clipRange, rows, gradNorm, tensors });
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
    filter: choice<FilterName>(filterNames, 'best-worst'),
    out: text('a file'),
  };
  return withArguments(args, options, ({ preset, seed, iterations, filter, out }) => {
    const { knobs } = defaultConfig;
    const config: RunConfig = {
      ...defaultConfig,
      preset,
      seed,
      engine: 'cpu',
      knobs: { ...knobs, filter: { ...knobs.filter, name: filter } },
    };
    return trace(config, iterations, out);
  });
}
