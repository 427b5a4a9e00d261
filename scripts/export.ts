/**
 * `npm run export -- --run FILE.pfppo --out DIR`, or `--scenario 'good reward' [--filter best-worst] [--seed 1] --out DIR`: a run's settings, filter, tasks and
 * reward as a folder for verl, an engine that trains large models on a cluster (docs/export.md).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exportFiles } from '../src/export/files.ts';
import { sourceOf } from '../src/export/measured.ts';
import type { ExportSource } from '../src/export/source.ts';
import { readyNames } from '../src/ppo/filter.ts';
import { defaultKnobs } from '../src/ppo/knobs.ts';
import { scenarioAddress, scenarios } from '../src/ppo/scenarios.ts';
import { configOf } from '../src/record/recordings.ts';
import { decodeRunFile } from '../src/record/run-file.ts';
import { RunRecord } from '../src/record/run-record.ts';
import { choice, integer, optional, outFolder, withArguments } from './arguments.ts';

async function sourceOfFile(path: string): Promise<ExportSource> {
  const { name, record, knobs } = await decodeRunFile(new Uint8Array(await readFile(path)));
  return sourceOf(name ?? basename(path, '.pfppo'), RunRecord.decode(record), knobs);
}

function sourceOfScenario(scenario: string, filter: string, seed: number): ExportSource {
  const config = configOf({ scenario, filter, seed });
  return { name: `${scenario}, ${filter}`, config, knobs: config.knobs, updates: 0, isChanged: false };
}

export function main(args: string[]): Promise<number> {
  const scenarioIds = scenarios.map(({ id }) => id);
  const options = {
    run: optional,
    scenario: optional,
    filter: choice(readyNames, defaultKnobs.filter.name),
    seed: integer(0, Number.MAX_SAFE_INTEGER, 1),
    out: outFolder(),
  };
  return withArguments(args, options, async ({ run, scenario, filter, seed, out }) => {
    try {
      if ((run === undefined) === (scenario === undefined))
        throw new Error(`give --run FILE.pfppo, or --scenario and one of ${scenarioIds.join(', ')}`);
      // As it is called, or as addresses have it.
      const id = scenarios.find((one) => one.id === scenario || scenarioAddress(one) === scenario)?.id;
      if (scenario !== undefined && id === undefined)
        throw new Error(`--scenario ${scenario}: choose from ${scenarioIds.join(', ')}`);
      const source = id !== undefined ? sourceOfScenario(id, filter, seed) : await sourceOfFile(run!);
      const files = exportFiles(source);
      for (const { path, content } of files) {
        await mkdir(dirname(join(out, path)), { recursive: true });
        await writeFile(join(out, path), content);
      }
      console.log(`wrote ${files.length} files to ${out}: begin with README.md there`);
      return 0;
    } catch (error) {
      console.error(`Nothing was exported: ${(error as Error).message}`);
      return 2;
    }
  });
}
