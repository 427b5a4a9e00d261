/**
 * `npm run record -- --scenario 'good reward' --filter best-worst --seed 1 --updates 25 --out public/recordings`: trains headless, on
 * the engine that gives the same bits everywhere, and writes what the run did as the page opens it, with an index of all that lies in
 * the folder.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { readyNames } from '../src/ppo/filter.ts';
import { defaultKnobs } from '../src/ppo/knobs.ts';
import { scenarioOf, scenarios } from '../src/ppo/scenarios.ts';
import type { RunConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import { configOf, type Recorded, type Recording } from '../src/record/recordings.ts';
import { RunRecord } from '../src/record/run-record.ts';
import { choice, choices, integer, outFolder, withArguments } from './arguments.ts';
import { headless } from './headless.ts';

const ENDING = '.run';
/** Bytes, gzipped, that a visitor's first look may cost. */
const MOST_BYTES = 150_000;

/** The truth comes when the judge has it; here right behind its update, so that the record does not depend on when that was. */
const lateness: Partial<Record<RunEvent['type'], number>> = { judged: 1, evaluated: 2 };
const place = ({ update, type }: RunEvent) => 3 * update + (lateness[type] ?? 0);

/** A run of so many updates, as a record that depends on the configuration and the models alone. */
export async function recordRun(config: RunConfig, updates: number): Promise<RunRecord> {
  const events: RunEvent[] = [];
  const run = await headless(config, (event) => events.push(event));
  const why = 'Recorded on the CPU engine.';
  const { preset, engine } = { ...config, engine: 'cpu' as const };
  events.push({ type: 'opened', update: 0, config, engine, why, preset, parameterCount: run.parameterCount });
  for await (const event of run.events) {
    // An update's evaluation is sampled before the next update begins.
    if (event.type === 'phase' && event.update > updates) break;
    events.push(event);
  }
  await run.settled();
  run.free();
  const record = new RunRecord(config);
  for (const event of events.sort((a, b) => place(a) - place(b))) record.push(event);
  return record;
}

/** The record's bytes, with every batch, or every second, third, … and the last, as many as fit. */
export async function fitted(record: RunRecord, mostBytes = MOST_BYTES): Promise<Uint8Array> {
  for (let stride = 1; ; stride++) {
    if (stride > 1) record.thin(stride, 1);
    const bytes = record.encode();
    const isLeast = stride > record.lastUpdate;
    if (isLeast || (await promisify(gzip)(bytes, { level: 9 })).length <= mostBytes) return bytes;
  }
}

const fileOf = ({ scenario, filter, seed }: Recorded) =>
  `${`${scenario}-${filter}`.replaceAll(' ', '-')}-seed-${seed}${ENDING}`;

/** Of every recording in the folder, whenever it was made; one that this page cannot read any more is told of and left out. */
async function writeIndex(folder: string): Promise<void> {
  const index: Recording[] = [];
  const files = (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort();
  for (const file of files) {
    try {
      const bytes = new Uint8Array(await readFile(join(folder, file)));
      const { config, lastUpdate: updates } = RunRecord.decode(bytes);
      const scenario = scenarioOf(config.knobs)?.id;
      if (scenario === undefined) throw new Error('Its scenario is none of today.');
      const { filter } = config.knobs;
      index.push({ file, scenario, filter: filter.name, seed: config.seed, updates, bytes: bytes.length });
    } catch (error) {
      console.error(`${file} is not listed, make it again or remove it. ${(error as Error).message}`);
    }
  }
  await writeFile(join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
}

export function main(args: string[]): Promise<number> {
  const scenarioIds = scenarios.map(({ id }) => id);
  const options = {
    scenario: choices(scenarioIds, [scenarioOf(defaultKnobs)!.id]),
    filter: choice(readyNames, defaultKnobs.filter.name),
    seed: integer(0, Number.MAX_SAFE_INTEGER, 1),
    updates: integer(1, 1000, 25),
    out: outFolder('public/recordings'),
  };
  return withArguments(args, options, async ({ scenario: ids, filter, seed, updates, out }) => {
    for (const scenario of ids) {
      const recorded = { scenario, filter, seed };
      const bytes = await fitted(await recordRun(configOf(recorded), updates));
      await writeFile(join(out, fileOf(recorded)), bytes);
      console.log(
        `wrote ${updates} update${updates === 1 ? '' : 's'} of ${scenario} to ${join(out, fileOf(recorded))}`,
      );
    }
    await writeIndex(out);
    return 0;
  });
}
