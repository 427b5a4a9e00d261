/**
 * `npm run examples -- --updates 40 --seed 1 --out public/examples.json`: trains, headless, the runs that the page shows for what each
 * of its charts looks like where it goes well and where it does not.
 */
import { writeFile } from 'node:fs/promises';
import {
  exampleConfig,
  exampleMetrics,
  exampleNames,
  type ExampleName,
  type ExampleRuns,
} from '../src/record/example-runs.ts';
import { integer, outFile, withArguments } from './arguments.ts';
import { recordRun } from './record.ts';

/** Of one run: every metric that is drawn, by update. */
export async function exampleOf(
  name: ExampleName,
  seed: number,
  updates: number,
): Promise<ExampleRuns['runs'][ExampleName]> {
  const record = await recordRun(exampleConfig(name, seed), updates);
  const columns: ExampleRuns['runs'][ExampleName] = {};
  for (const event of record.events())
    if ('metrics' in event)
      for (const metric of exampleMetrics) {
        const value = event.metrics[metric];
        if (value === undefined || !Number.isFinite(value)) continue;
        const column = (columns[metric] ??= Array<number | null>(updates + 1).fill(null));
        column[event.update] = Number(value.toPrecision(4));
      }
  return columns;
}

export function main(args: string[]): Promise<number> {
  const options = {
    updates: integer(1, 1000, 40),
    seed: integer(0, Number.MAX_SAFE_INTEGER, 1),
    out: outFile(),
  };
  return withArguments(args, options, async ({ updates, seed, out }) => {
    const runs: [ExampleName, ExampleRuns['runs'][ExampleName]][] = [];
    for (const name of exampleNames) {
      runs.push([name, await exampleOf(name, seed, updates)]);
      console.error(`trained ${name}`);
    }
    const file: ExampleRuns = {
      updates,
      seed,
      runs: Object.fromEntries(runs) as ExampleRuns['runs'],
    };
    await writeFile(out, `${JSON.stringify(file)}\n`);
    return 0;
  });
}
