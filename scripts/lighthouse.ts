/**
 * `npm run lighthouse -- [--runs 3] [--out FILE]`: measures the built page with Lighthouse, as a phone on a slow network
 * (its default), served as `npm start` serves it. Prints the scores and what they are made of; of several runs the median
 * one. `--out` keeps that run's whole report, as JSON.
 */
import { writeFile } from 'node:fs/promises';
import type { RunnerResult } from 'lighthouse';
import { integer, optional, withArguments } from './arguments.ts';
import { browserFlags, ensureBrowser } from './browser.mjs';
import { dist, ensureBuilt } from './build.mjs';
import { serve } from './serve.mjs';

const metrics = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'speed-index',
  'total-blocking-time',
  'cumulative-layout-shift',
  'interactive',
  'total-byte-weight',
];

type LighthouseReport = RunnerResult['lhr'];

/** Scores are percent, as people know them. */
const percent = (score: number | null) => (score === null ? 'not measured' : String(Math.round(100 * score)));

/** A fresh browser for each run: nothing is cached. */
async function measure(url: string, chromePath: string): Promise<LighthouseReport> {
  const { launch } = await import('chrome-launcher');
  const { default: lighthouse } = await import('lighthouse');
  const chrome = await launch({ chromePath, chromeFlags: ['--headless=new', ...browserFlags] });
  try {
    const result = await lighthouse(url, { port: chrome.port, logLevel: 'error' });
    if (!result) throw new Error('Lighthouse returned nothing.');
    const { lhr } = result;
    if (lhr.runtimeError) throw new Error(`Lighthouse could not measure: ${lhr.runtimeError.message}`);
    return lhr;
  } finally {
    chrome.kill();
  }
}

/** The scores of a report's categories, its metrics, and what else is not as it should be. */
export function summaryOf({ categories, audits }: Pick<LighthouseReport, 'categories' | 'audits'>): string {
  const scores = Object.values(categories).map(({ title, score }) => `${title} ${percent(score)}`);
  const values = metrics.map((id) => `  ${audits[id].title}: ${audits[id].displayValue ?? 'not measured'}`);
  const failed = Object.values(audits).filter(
    ({ id, score, scoreDisplayMode }) =>
      scoreDisplayMode === 'binary' && score === 0 && !metrics.includes(id),
  );
  return [scores.join(', '), ...values, ...failed.map(({ title }) => `  failed: ${title}`), ''].join('\n');
}

export function main(args: string[]): Promise<number> {
  const options = { runs: integer(1, 9, 3), out: optional };
  return withArguments(args, options, async ({ runs, out }) => {
    const chromePath = ensureBrowser();
    ensureBuilt();
    const { url, close } = await serve(dist);
    const reports: LighthouseReport[] = [];
    try {
      for (let run = 0; run < runs; run++) {
        reports.push(await measure(url, chromePath));
        console.error(`run ${run + 1}: performance ${percent(reports[run].categories.performance.score)}`);
      }
    } finally {
      await close();
    }
    const score = (report: LighthouseReport) => report.categories.performance.score ?? 0;
    const median = reports.toSorted((a, b) => score(a) - score(b))[Math.floor((runs - 1) / 2)];
    process.stdout.write(summaryOf(median));
    if (out !== undefined) await writeFile(out, JSON.stringify(median, null, 2));
    return 0;
  });
}
