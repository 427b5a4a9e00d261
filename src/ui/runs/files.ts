import { metricNames } from '../../protocol/metrics.ts';
import { metricsCsv, metricsJson, unipoLog, type TokensOf } from '../../record/exports.ts';
import { decodeRunFile, encodeRunFile, MOST_BYTES, RunFileError, tooLarge } from '../../record/run-file.ts';
import { isLogName, readLogFile } from '../../record/metrics-log.ts';
import { LogError, MOST_LOG_TEXT, type RunLog } from '../../record/run-log.ts';
import { learn } from '../learn/learn.svelte.ts';
import { sheetOf } from '../learn/sheet.ts';
import { restore } from '../run/live-run.ts';
import { download, fileName } from '../download.ts';
import { slicer } from '../turns.ts';
import { nameOf } from './order.ts';
import type { KeptRun, SavedRun } from './store.ts';
import { verlZip } from './verl.ts';

/** How a run can leave the page. */
const forms = {
  whole: { ending: '.pfppo', type: 'application/octet-stream' },
  csv: { ending: '.csv', type: 'text/csv' },
  json: { ending: '.json', type: 'application/json' },
  unipo: { ending: '.unipo.json', type: 'application/json' },
  verl: { ending: '-verl.zip', type: 'application/zip' },
  answers: { ending: '-answers.html', type: 'text/html' },
} as const;
export type Form = keyof typeof forms;

/** What files of metrics that this page exported are told: they are for other programs. */
const METRICS =
  'These are the metrics of a run, as Runs exports them for other programs: without its policy no run can go on from them. Where the run is kept, export “Whole run (.pfppo)” and bring that file.';
const isMetricsJson = (text: string) => /^\s*\{\s*"config"\s*:/.test(text);
const isMetricsCsv = (text: string) => text.startsWith(`update,${metricNames[0]},`);

/** A run of its own from a file. @throws RunFileError, with a sentence that says what is wrong */
export async function readRun(file: File): Promise<{ run: SavedRun; name?: string }> {
  if (file.size > MOST_BYTES) throw new RunFileError(tooLarge(file.size));
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new RunFileError(`The file cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const { name, ...run } = await decodeRunFile(bytes, slicer());
  return { run: { ...run, id: crypto.randomUUID(), savedAt: Date.now(), isUnread: true }, name };
}

/** Whether a file can only be a log of metrics. */
export const isLog = (file: File): boolean => isLogName(file.name);

/** @throws LogError, with a sentence that says what is wrong */
export async function readLog(file: File): Promise<RunLog> {
  if (file.size > MOST_LOG_TEXT)
    throw new LogError(`It has ${file.size} bytes; a log of up to ${MOST_LOG_TEXT} can be shown.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const start = new TextDecoder().decode(bytes.subarray(0, 200));
  if (isMetricsJson(start) || isMetricsCsv(start)) throw new LogError(METRICS);
  return readLogFile(file.name, bytes);
}

/** Has the browser save a file. `tokensOf`: of the run that is open, which knows more than is kept. */
export async function writeRun(
  saved: SavedRun,
  about: KeptRun,
  form: Form,
  tokensOf?: TokensOf,
): Promise<void> {
  const { ending, type } = forms[form];
  const content = await contentOf(saved, about, form, tokensOf);
  download(fileName(nameOf(about)) + ending, content, type);
}

/** What of a run is later than the state from which it could go on is not part of it. */
async function contentOf(
  saved: SavedRun,
  about: KeptRun,
  form: Form,
  tokensOf: TokensOf | undefined,
): Promise<string | Uint8Array<ArrayBuffer>> {
  if (form === 'answers') return sheetOf(saved.answers ?? { lessons: {} });
  const { record, state, knobs } = await restore(saved);
  switch (form) {
    case 'whole': {
      // Whoever passes on what another one made passes on the other's answers.
      const answers = saved.answers ?? learn.given;
      return encodeRunFile({
        name: about.name,
        state,
        knobs,
        record: record.encode(),
        branch: saved.branch,
        answers,
      });
    }
    case 'csv':
      return metricsCsv(record);
    case 'json':
      return metricsJson(record);
    case 'unipo':
      return unipoLog(record, slicer(), tokensOf);
    case 'verl': {
      const name = nameOf(about);
      return verlZip({ name, folder: `${fileName(name)}-verl`, record: record.encode(), knobs });
    }
  }
}
