/**
 * `npm run experiment -- --preset tiny --filters none,best-worst --seeds 3 --iterations 60 --out DIR`: every filter with every
 * seed, on the CPU. Writes results.json and results.md. The same command gives the same numbers, seconds apart.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filterNames } from '../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import { meanInterval } from '../src/ppo/reliability.ts';
import {
  teachers,
  whitenings,
  type RunConfig,
  type Teacher,
  type Whitening,
} from '../src/protocol/config.ts';
import type { Metrics } from '../src/protocol/metrics.ts';
import { choice, choices, integer, outFolder, withArguments } from './arguments.ts';
import { headless } from './headless.ts';
import { presets } from './presets.ts';

/** One evaluation of one run; what is undefined at that update is null. */
interface Row {
  filter: string;
  seed: number;
  update: number;
  passAt1Train: number;
  passAt1HeldOut: number;
  score: number;
  kl: number;
  /** Of this update's batch, kept responses only. */
  r2: number | null;
  kept: number | null;
  /** Adam steps so far. */
  adamSteps: number;
  /** Median seconds of an update since the last evaluation, evaluation apart. */
  seconds: number | null;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

type Log = (update: number, metrics: Metrics) => void;

async function run(config: RunConfig, iterations: number, log: Log): Promise<Row[]> {
  // Truths arrive when they are known, so everything is filed under its update and put together at the end.
  const updated: Metrics[] = [];
  const judged: Metrics[] = [];
  const evaluated: Metrics[] = [];
  const { events, settled, free } = await headless(config, (event) => {
    if (event.type === 'judged') judged[event.update] = event.metrics;
    if (event.type !== 'evaluated') return;
    evaluated[event.update] = event.metrics;
    log(event.update, event.metrics);
  });
  const took: number[] = [];
  let start = 0;
  for await (const event of events) {
    if (event.type === 'phase' && event.phase === 'prompts') start = performance.now();
    if (event.type === 'updated') {
      updated[event.update] = event.metrics;
      took[event.update] = (performance.now() - start) / 1000;
    }
    // An update's evaluation is sampled before the next update begins.
    if (event.type === 'phase' && event.update > iterations) break;
  }
  await settled();
  free();

  const rows: Row[] = [];
  let adamSteps = 0;
  let seconds: number[] = [];
  for (let update = 0; update <= iterations; update++) {
    if (update > 0) {
      adamSteps += updated[update]['policy/adam_steps']!;
      seconds.push(took[update]);
    }
    const m = evaluated[update] as Metrics | undefined;
    if (!m) continue;
    const r2 = judged[update]['filter/r2'] ?? NaN;
    rows.push({
      filter: config.knobs.filter.name,
      seed: config.seed,
      update,
      passAt1Train: m['eval/pass@1_train']!,
      passAt1HeldOut: m['eval/pass@1_held_out']!,
      score: m['eval/scores']!,
      kl: m['eval/kl']!,
      r2: Number.isNaN(r2) ? null : r2,
      kept: update > 0 ? updated[update]['filter/kept']! : null,
      adamSteps,
      seconds: seconds.length > 0 ? median(seconds) : null,
    });
    seconds = [];
  }
  return rows;
}

/** Means with 95 % t-intervals over seeds at the last evaluation. */
function table(rows: readonly Row[], filters: readonly string[], command: string): string {
  const last = Math.max(...rows.map((row) => row.update));
  const at = (filter: string, update: number) =>
    rows.filter((r) => r.filter === filter && r.update === update);
  const cell = (values: number[], digits: number) => {
    const { mean, low, high } = meanInterval(values);
    const spread = Number.isFinite(high - low) ? ` ± ${((high - low) / 2).toFixed(digits)}` : '';
    return `${mean.toFixed(digits)}${spread}`;
  };
  const lines = filters.map((filter) => {
    const end = at(filter, last);
    const gain = end.map(
      (row) => row.passAt1HeldOut - at(filter, 0).find((r) => r.seed === row.seed)!.passAt1HeldOut,
    );
    const seconds = rows.filter((r) => r.filter === filter && r.seconds !== null).map((r) => r.seconds!);
    const columns = [
      filter,
      cell(
        end.map((r) => r.passAt1HeldOut),
        3,
      ),
      cell(gain, 3),
      cell(
        end.map((r) => r.passAt1Train),
        3,
      ),
      cell(
        end.map((r) => r.score),
        2,
      ),
      cell(
        end.map((r) => r.kl),
        2,
      ),
      String(end[0].kept),
      String(end[0].adamSteps),
      median(seconds).toFixed(2),
    ];
    return `| ${columns.join(' | ')} |`;
  });
  const seeds = new Set(rows.map((row) => row.seed)).size;
  return [
    `\`${command}\``,
    '',
    `After ${last} updates; mean ± half of the 95 % t-interval over ${seeds} seed${seeds === 1 ? '' : 's'}.`,
    '',
    '| filter | pass@1 held out | gain | pass@1 train | score | KL, nats per response | kept per update | Adam steps | seconds per update |',
    '|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

interface Wanted {
  preset: string;
  filters: readonly string[];
  seeds: number;
  iterations: number;
  teacher: Teacher;
  whitening: Whitening;
  out: string;
}

async function experiment(wanted: Wanted): Promise<number> {
  const { preset, filters, seeds, iterations, teacher, whitening, out } = wanted;
  // Without --out: the same command in two folders writes the same.
  const command =
    `npm run experiment -- --preset ${preset} --filters ${filters.join()} --seeds ${seeds} ` +
    `--iterations ${iterations} --teacher ${teacher} --whitening ${whitening}`;
  // The last update is always evaluated.
  const evalEvery = iterations % defaultKnobs.evalEvery === 0 ? defaultKnobs.evalEvery : iterations;
  /** Of every run; each adds its seed and its filter's name. */
  const base: RunConfig = {
    ...defaultConfig,
    preset,
    engine: 'cpu',
    knobs: { ...defaultKnobs, teacher, whitening, evalEvery },
  };
  const rows: Row[] = [];
  for (let seed = 1; seed <= seeds; seed++)
    for (const name of filters) {
      const config = { ...base, seed, knobs: { ...base.knobs, filter: { ...defaultKnobs.filter, name } } };
      const log: Log = (update, m) =>
        console.log(
          `${name}, seed ${seed}, update ${update}: held-out pass@1 ${m['eval/pass@1_held_out']!.toFixed(3)}, ` +
            `score ${m['eval/scores']!.toFixed(2)}, KL ${m['eval/kl']!.toFixed(2)}`,
        );
      rows.push(...(await run(config, iterations, log)));
      const results = { command, config: base, filters, seeds, rows };
      await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
    }
  const markdown = table(rows, filters, command);
  await writeFile(join(out, 'results.md'), markdown);
  console.log(`\n${markdown}`);
  return 0;
}

export function main(args: string[]): Promise<number> {
  const options = {
    preset: choice(Object.keys(presets), 'tiny'),
    filters: choices(filterNames, ['none', 'best-of-n', 'best-random', 'best-worst']),
    seeds: integer(1, 100, 3),
    iterations: integer(1, 10_000, 60),
    teacher: choice(teachers, defaultKnobs.teacher),
    whitening: choice(whitenings, defaultKnobs.whitening),
    out: outFolder(),
  };
  return withArguments(args, options, experiment);
}
