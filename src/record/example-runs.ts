/** Three runs that were really trained, made by `npm run examples`: how each chart of a run looks where it goes well, and where it does not. */
import { defaultConfig, defaultKnobs, fitKnobs } from '../ppo/knobs.ts';
import type { Knobs, RunConfig } from '../protocol/config.ts';
import type { MetricName } from '../protocol/metrics.ts';

export const exampleNames = ['healthy', 'no-kl', 'high-rate'] as const;
export type ExampleName = (typeof exampleNames)[number];

/** What each departs from the page's standard settings in. */
const departures: Record<ExampleName, Partial<Knobs>> = {
  healthy: {},
  'no-kl': { teacher: 'gullible', klCoef: 0 },
  'high-rate': { learningRate: 3e-3 },
};

/** What is drawn of a run over its updates. */
export const exampleMetrics = [
  'objective/pass_rate',
  'objective/pass@4',
  'eval/pass@1_train',
  'eval/pass@1_held_out',
  'objective/scores',
  'eval/scores',
  'filter/r2',
  'filter/r2_binned',
  'policy/kl_kept',
  'eval/kl',
  'policy/entropy',
] as const satisfies readonly MetricName[];

/** The file that the page loads: by run and metric a number per update from 0, four digits each, null where it was not measured. */
export interface ExampleRuns {
  updates: number;
  seed: number;
  runs: Record<ExampleName, Partial<Record<MetricName, (number | null)[]>>>;
}

/** Beside the page. */
export const EXAMPLES_FILE = 'examples.json';

/** On the engine and the models that give the same bits everywhere. */
export function exampleConfig(name: ExampleName, seed: number): RunConfig {
  const knobs = fitKnobs({ ...defaultKnobs, ...departures[name] });
  return { ...defaultConfig, engine: 'cpu', preset: 'tiny', seed, knobs };
}
