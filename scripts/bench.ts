/**
 * `npm run bench -- [--filters NAMES] [--quick yes] [--out FILE.json]`: what an update by stage, a training step and a judged
 * program cost in Node, on this machine and at this moment: medians, to be taken where nothing else runs.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { initialTensors, parameterCount, policyColumns, type NetworkConfig } from '../src/model/network.ts';
import { Policy } from '../src/model/policy.ts';
import { rolloutOf } from '../src/model/rollout.ts';
import { filterNames, fitFilter } from '../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import { stream } from '../src/ppo/random.ts';
import { sampleSolution } from '../src/tasks/corpus.ts';
import { programText } from '../src/tasks/program-text.ts';
import { trainTasks } from '../src/tasks/tasks.ts';
import { choice, choices, optional, withArguments } from './arguments.ts';
import { headless } from './headless.ts';
import { createNodeJudge } from './node-judge.ts';

/** One measured thing, by column. */
type Row = Record<string, string | number>;
export interface Section {
  title: string;
  rows: Row[];
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const rounded = (value: number) => Number(value.toPrecision(3));

/** Milliseconds of an update by stage, evaluation apart, for a filter and the default settings. */
async function update(name: string, updates: number): Promise<Row> {
  const filter = fitFilter({ ...defaultKnobs.filter, name }, defaultKnobs.groupSize);
  const config = { ...defaultConfig, knobs: { ...defaultKnobs, filter, evalEvery: updates + 3 } };
  const { events, settled, free } = await headless(config, () => undefined);
  const stages = new Map<string, Map<number, number>>();
  const whole: number[] = [];
  let stage = '';
  let last = performance.now();
  let begun = last;
  for await (const event of events) {
    const now = performance.now();
    const measured = event.update > 2; // The first are slower: code is being compiled.
    if (stage && measured) {
      const took = stages.get(stage) ?? new Map<number, number>();
      took.set(event.update, (took.get(event.update) ?? 0) + now - last);
      stages.set(stage, took);
    }
    if (event.type === 'phase') stage = event.phase;
    if (event.type === 'phase' && event.phase === 'prompts') begun = now;
    if (event.type === 'updated') {
      if (measured) whole.push(now - begun);
      stage = '';
      if (event.update === updates + 2) break;
    }
    last = performance.now();
  }
  await settled();
  free();
  const medians = [...stages].map(([phase, took]) => [phase, rounded(median([...took.values()]))]);
  return { 'kept by': name, 'all ms': rounded(median(whole)), ...(Object.fromEntries(medians) as Row) };
}

const networks: Record<string, NetworkConfig> = Object.fromEntries(
  [
    { layers: 2, channels: 64 },
    { layers: 4, channels: 128 },
  ].map(({ layers, channels }) => [
    `L${layers} d${channels}`,
    { layers, channels, heads: 4, vocabulary: 127, contextLength: 64, columns: policyColumns(127) },
  ]),
);

/** Milliseconds of a PPO step on 8 full rows of 64 tokens. */
async function step(name: string, steps: number): Promise<Row> {
  const network = networks[name];
  const policy = new Policy(await createCpuEngine(), network, initialTensors(network, 1), 8);
  const random = stream(1, 'corpus');
  const prompts = Array.from({ length: 8 }, () => [1 + random.integer(126)]);
  const response = Array.from({ length: 62 }, () => 1 + random.integer(126));
  const known = await policy.experience(
    rolloutOf(
      prompts.map((prompt) => ({ prompt, response })),
      64,
    ),
    1,
  );
  const lesson = { ...known, advantages: known.values, returns: known.values };
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon, ...rest } = defaultConfig;
  const knobs = { ...rest, ...defaultKnobs, beta1, beta2, epsilon, temperature: 1 };
  const took: number[] = [];
  for (let i = 0; i < steps; i++) {
    const begun = performance.now();
    await policy.step(lesson, [0, 1, 2, 3, 4, 5, 6, 7], knobs);
    took.push(performance.now() - begun);
  }
  return { network: name, parameters: parameterCount(network), 'step ms': rounded(median(took.slice(2))) };
}

/** Programs of the corpus, right and wrong ones, judged a minute on one thread; no two have the same text. */
async function judged(programs: number): Promise<Row> {
  const random = stream(1, 'corpus');
  const items = Array.from({ length: programs }, (_, i) => {
    const task = trainTasks[i % trainTasks.length];
    const program = `${programText(task, sampleSolution(task, random))} // ${i}`;
    return { program, entryPoint: task.entryPoint, tests: task.tests };
  });
  const judge = await createNodeJudge();
  await judge.judge(items.slice(0, 200));
  const begun = performance.now();
  const verdicts = await judge.judge(items.slice(200));
  const minutes = (performance.now() - begun) / 60_000;
  judge.close();
  const passed = verdicts.filter(({ name }) => name === 'passed').length;
  return { programs: verdicts.length, passed, 'a minute': rounded(verdicts.length / minutes) };
}

/** A section as a Markdown table; columns in the order in which rows name them. */
export function tableOf({ title, rows }: Section): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    `${title}\n`,
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
    '',
  ].join('\n');
}

async function sections(filters: readonly string[], isQuick: boolean): Promise<Section[]> {
  const [updates, steps, programs] = isQuick ? [8, 12, 2_000] : [40, 60, 20_000];
  const rowsOf = async <T>(list: readonly T[], measure: (item: T) => Promise<Row>) => {
    const rows: Row[] = [];
    for (const item of list) rows.push(await measure(item));
    return rows;
  };
  return [
    {
      title: 'An update, tiny, 32 × 8, ms',
      rows: await rowsOf(filters, (name) => update(name, updates)),
    },
    {
      title: 'A training step, V 127, 8 rows of 64 tokens',
      rows: await rowsOf(Object.keys(networks), (name) => step(name, steps)),
    },
    { title: 'The judge, one thread', rows: [await judged(programs)] },
  ];
}

export function main(args: string[]): Promise<number> {
  const options = {
    filters: choices(filterNames, [defaultKnobs.filter.name]),
    quick: choice(['yes', 'no'], 'no'),
    out: optional,
  };
  return withArguments(args, options, async ({ filters, quick, out }) => {
    const machine = { node: process.version, cores: cpus().length, processor: cpus()[0]?.model ?? 'unknown' };
    const measured = await sections(filters, quick === 'yes');
    console.log(`Node ${machine.node}, ${machine.cores} × ${machine.processor}\n`);
    for (const section of measured) console.log(tableOf(section));
    if (out !== undefined)
      await writeFile(out, `${JSON.stringify({ machine, sections: measured }, null, 2)}\n`);
    return 0;
  });
}
