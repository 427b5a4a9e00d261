/**
 * `npm run bench -- [--filters NAMES] [--quick yes] [--gpu yes] [--out FILE.json] [--write yes]`: what an update, a training step and
 * a judged program cost on this machine and at this moment, a step beside TensorFlow.js's and jax-js's; medians, to be taken where
 * nothing else runs. `--gpu yes` measures a GPU instead, without a browser, and first whether it computes what it should. `--write
 * yes` puts the tables into docs/performance.md.
 *
 * Exit codes: 0 done; 1 there is no GPU to measure; 2 wrong arguments.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readyNames } from '../src/ppo/filter.ts';
import { choice, choices, optional, withArguments } from './arguments.ts';
import { inBrowser, updateInPage } from './bench/browser.ts';
import { NoGpu, openDawn } from './bench/dawn.ts';
import { judged } from './bench/judged.ts';
import { growth, peak, stepsInNode } from './bench/steps.ts';
import { rounded, tableOf, type Row, type Section } from './bench/table.ts';
import { updateInNode } from './bench/update.ts';
import type { Sizes } from './bench/work.ts';
import { root } from './install.mjs';
import { createNodeJudge } from './node-judge.ts';

/** How often each thing is done. */
interface Amount {
  updates: number;
  steps: number;
  /** In a browser, where the others are slow. */
  browserSteps: number;
  programs: number;
}
const amounts: Record<'full' | 'quick', Amount> = {
  full: { updates: 40, steps: 40, browserSteps: 9, programs: 20_000 },
  quick: { updates: 8, steps: 6, browserSteps: 3, programs: 2_000 },
};

const BESIDE_PEERS: readonly Sizes[] = [
  { layers: 2, channels: 64, B: 8, T: 64 },
  { layers: 4, channels: 128, B: 8, T: 64 },
];
/** From the preset tiny, one size after the other. */
const TINY: Sizes = { layers: 2, channels: 32, B: 64, T: 64 };
const GROWTH: readonly Sizes[] = [
  TINY,
  ...[1, 4].map((layers) => ({ ...TINY, layers })),
  ...[64, 128].map((channels) => ({ ...TINY, channels })),
  ...[32, 128].map((T) => ({ ...TINY, T })),
  ...[8, 16, 32].map((B) => ({ ...TINY, B })),
];

/** What the page on costs has below these headings is written by this command. */
const [MEASURED, ON_GPU] = ['## Measured', '## On a GPU'];

/** A page with `text` in place of all between a heading and the next one. */
export function withMeasured(page: string, heading: string, text: string): string {
  const begin = page.indexOf(`${heading}\n`);
  if (begin < 0) throw new Error(`There is no "${heading}" to write below.`);
  const next = page.indexOf('\n## ', begin);
  return `${page.slice(0, begin)}${heading}\n\n${text}${next < 0 ? '' : page.slice(next)}`;
}

/** Versions of who takes part, by package. */
async function versionsOf(): Promise<Record<string, string>> {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const all = { ...dependencies, ...devDependencies };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => name.startsWith('@tensorflow/') || name.startsWith('@jax-js/')),
  );
}

async function rowsOf<Item>(
  items: readonly Item[],
  measure: (item: Item) => Promise<Row | Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const item of items) rows.push(...[await measure(item)].flat());
  return rows;
}

/** What was measured, and on what besides the processor. */
interface Bench {
  on: string;
  measured: Section[];
}

/** Everything but a GPU, one after the other. */
export async function sections(
  filters: readonly string[],
  { updates, steps, browserSteps, programs }: Amount,
  sizes: { peers: readonly Sizes[]; growth: readonly Sizes[] },
): Promise<Bench> {
  const inNode = await rowsOf(filters, (name) => updateInNode(name, updates));
  const inPage = await rowsOf(filters, (name) => updateInPage(name, updates));
  const nodeSteps = await rowsOf(sizes.peers, (size) => stepsInNode(size, steps));
  const { browser, adapter, ...there } = await inBrowser(sizes.peers, browserSteps, programs);
  const judge = await createNodeJudge();
  const nodeJudge = await judged((items) => judge.judge(items), 'Node', programs);
  judge.close();
  const limit = await peak(steps);
  return {
    on: `${browser}, WebGPU on ${adapter}`,
    measured: [
      { title: 'An update, preset tiny, standard settings (32 × 8), ms', rows: [...inNode, ...inPage] },
      {
        title: 'A training step, V 127, 8 sequences of 64 tokens, 4 heads',
        rows: [...nodeSteps, ...there.steps],
      },
      { title: 'Programs judged, one lane', rows: [nodeJudge, there.judge] },
      {
        title: `How a step grows: our CPU engine, one thread, limit ${rounded(limit)} GFLOP/s`,
        rows: await rowsOf(sizes.growth, (size) => growth(size, limit, steps)),
      },
    ],
  };
}

/** What a GPU costs and computes, in Node through Dawn. */
async function gpuSections(filters: readonly string[], { updates, steps }: Amount): Promise<Bench> {
  const close = await openDawn();
  try {
    const { onGpu } = await import('./bench/gpu.ts');
    const { adapter } = await import('./bench/webgpu.ts');
    const on = `WebGPU through Dawn on ${await adapter()}`;
    const measured: Section[] = [];
    for await (const section of onGpu(filters, { updates, steps }, BESIDE_PEERS)) {
      console.error(tableOf(section)); // Whoever ends it has what was measured so far.
      measured.push(section);
    }
    return { on, measured };
  } finally {
    close();
  }
}

export function main(args: string[]): Promise<number> {
  const options = {
    filters: choices(readyNames, ['best-worst', 'none']),
    quick: choice(['yes', 'no'], 'no'),
    gpu: choice(['yes', 'no'], 'no'),
    out: optional,
    write: choice(['yes', 'no'], 'no'),
  };
  return withArguments(args, options, async ({ filters, quick, gpu, out, write }) => {
    const amount = amounts[quick === 'yes' ? 'quick' : 'full'];
    const isGpu = gpu === 'yes';
    let bench: Bench;
    try {
      bench = isGpu
        ? await gpuSections(filters, amount)
        : await sections(filters, amount, { peers: BESIDE_PEERS, growth: GROWTH });
    } catch (error) {
      if (!(error instanceof NoGpu)) throw error;
      console.error(error.message);
      return 1;
    }
    const { on, measured } = bench;
    const machine = {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      processor: `${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}`,
      on,
      versions: await versionsOf(),
    };
    const packages = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
    const text = [
      `${machine.date}, Node ${machine.node}, ${machine.processor}; ${on}.`,
      `${packages.join(', ')}.\n`,
      ...measured.map(tableOf),
    ].join('\n');
    console.log(text);
    if (out !== undefined)
      await writeFile(out, `${JSON.stringify({ machine, sections: measured }, null, 2)}\n`);
    if (write === 'yes') {
      const file = join(root, 'docs', 'performance.md');
      await writeFile(file, withMeasured(await readFile(file, 'utf8'), isGpu ? ON_GPU : MEASURED, text));
    }
    return 0;
  });
}
