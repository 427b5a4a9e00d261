/**
 * `npm run bench -- [--filters NAMES] [--quick yes] [--out FILE.json] [--write yes]`: what an update, a training step and a judged
 * program cost on this machine and at this moment, a step beside TensorFlow.js's and jax-js's; medians, to be taken where nothing
 * else runs. `--write yes` puts the tables into docs/performance.md.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readyNames } from '../src/ppo/filter.ts';
import { choice, choices, optional, withArguments } from './arguments.ts';
import { inBrowser, updateInPage } from './bench/browser.ts';
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

const PEERS: readonly Sizes[] = [
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

const MEASURED = '## Measured';

/** A page with `text` in place of all that follows its heading "Measured". */
export function withMeasured(page: string, text: string): string {
  const end = page.indexOf(`${MEASURED}\n`);
  if (end < 0) throw new Error(`There is no "${MEASURED}" to write below.`);
  return `${page.slice(0, end)}${MEASURED}\n\n${text}`;
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

/** Everything, one after the other. */
export async function sections(
  filters: readonly string[],
  { updates, steps, browserSteps, programs }: Amount,
  sizes: { peers: readonly Sizes[]; growth: readonly Sizes[] },
): Promise<{ browser: string; adapter: string; measured: Section[] }> {
  const inNode = await rowsOf(filters, (name) => updateInNode(name, updates));
  const inPage = await rowsOf(filters, (name) => updateInPage(name, updates));
  const nodeSteps = await rowsOf(sizes.peers, (size) => stepsInNode(size, steps));
  const { browser, adapter, ...there } = await inBrowser(sizes.peers, browserSteps, programs);
  const judge = await createNodeJudge();
  const nodeJudge = await judged((items) => judge.judge(items), 'Node', programs);
  judge.close();
  const limit = await peak(steps);
  return {
    browser,
    adapter,
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

export function main(args: string[]): Promise<number> {
  const options = {
    filters: choices(readyNames, ['best-worst', 'none']),
    quick: choice(['yes', 'no'], 'no'),
    out: optional,
    write: choice(['yes', 'no'], 'no'),
  };
  return withArguments(args, options, async ({ filters, quick, out, write }) => {
    const amount = amounts[quick === 'yes' ? 'quick' : 'full'];
    const { browser, adapter, measured } = await sections(filters, amount, { peers: PEERS, growth: GROWTH });
    const processor = `${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}`;
    const machine = {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      processor,
      browser,
      adapter,
      versions: await versionsOf(),
    };
    const packages = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
    const text = [
      `${machine.date}, Node ${machine.node}, ${processor}; ${browser}, WebGPU on ${adapter}.`,
      `${packages.join(', ')}.\n`,
      ...measured.map(tableOf),
    ].join('\n');
    console.log(text);
    if (out !== undefined)
      await writeFile(out, `${JSON.stringify({ machine, sections: measured }, null, 2)}\n`);
    if (write === 'yes') {
      const file = join(root, 'docs', 'performance.md');
      await writeFile(file, withMeasured(await readFile(file, 'utf8'), text));
    }
    return 0;
  });
}
