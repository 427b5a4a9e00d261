/**
 * `npm run report -- DIR … [--out DIR2]`: reads DIR/results.json, which an experiment suite wrote, and writes DIR2/report.md
 * with tables and, beside it, figures as SVG. DIR2 is DIR unless given. Of several folders, the shards of one suite, it makes one
 * report, and leaves their results together in DIR2; a shard that is missing is named. A suite in progress is reported as far as it is.
 * The same input gives the same bytes. With `--page src/ui/evidence.json` Play gets what it says of the suite, with
 * `--view public/evidence/NAME.json` the view Evidence all that it shows of it.
 *
 * Exit codes: 0 written; 2 wrong arguments, results that cannot be read, or a folder that cannot be written.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { optional, outFolder, withArguments } from './arguments.ts';
import { compacted } from '../src/evidence/compact.ts';
import { compare } from '../src/evidence/compare.ts';
import { curvesFigure } from './report/curves.ts';
import { forestFigure } from './report/forest.ts';
import { markdownOf, summaryOf } from './report/markdown.ts';
import { evidenceOf } from './report/page.ts';
import { predictorsOf } from '../src/evidence/predictors.ts';
import { BadResults, bySource, type Results, seedsOf } from '../src/evidence/results.ts';
import { merged, missingShards } from './report/merge.ts';
import { readResults } from './report/read.ts';
import { scatterFigure } from './report/scatter.ts';

/** The predictors that are drawn, as they are taken before training. */
const drawnPredictors = [
  { name: 'gamma', title: 'Γ' },
  { name: 'r2-binned', title: 'Binned R²' },
];

/** Everything to write, text by file name. */
function filesOf(results: Results): Map<string, string> {
  const files = new Map<string, string>();
  /** @returns the name, where there is a figure */
  const add = (name: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    files.set(name, text);
    return name;
  };
  const sections = bySource(results).map(({ source, arms }, i) => {
    const compared = compare(results, arms);
    // Numbered, since two names may come to the same letters.
    const slug = source.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''); // prettier-ignore
    const figure = add(`curves-${i + 1}-${slug}.svg`, curvesFigure(source, compared));
    return { source, compared, figure };
  });
  const forest = add('differences.svg', forestFigure(sections));
  const scatters = drawnPredictors.flatMap(({ name, title }) => {
    const file = add(`scatter-${name}.svg`, scatterFigure(results, name, title, 0));
    return file === undefined ? [] : [{ file, title }];
  });
  const predictors = predictorsOf(results);
  const seeds = seedsOf(results);
  files.set('summary.md', summaryOf(sections));
  files.set('report.md', markdownOf({ results, seeds, sections, predictors, forest, scatters }));
  return files;
}

/** @param page what Play says, and what the view Evidence shows, where they are asked for */
export async function report(
  folders: readonly string[],
  out: string,
  { page, view }: { page?: string; view?: string } = {},
): Promise<number> {
  try {
    const results = merged(await Promise.all(folders.map(readResults)));
    if (folders.length > 1)
      await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
    const files = filesOf(results);
    if (page !== undefined) await writeFile(page, `${JSON.stringify(evidenceOf(results), null, 2)}\n`);
    if (view !== undefined) await writeFile(view, `${JSON.stringify(compacted(results))}\n`);
    for (const [name, text] of files) await writeFile(join(out, name), text);
    const figures = [...files.keys()].filter((name) => name.endsWith('.svg')).length;
    console.log(`Wrote ${join(out, 'report.md')}, its summary and ${figures} figures.`);
    const missing = missingShards(results);
    if (missing.length > 0)
      console.log(`Shards that are missing: ${missing.join(', ')} of ${results.shards!.count}.`);
    return 0;
  } catch (error) {
    // Of Node's own errors only those of files have a code here.
    const isExpected = error instanceof BadResults || (error instanceof Error && 'code' in error);
    if (!isExpected) throw error;
    console.error(error.message);
    return 2;
  }
}

export function main(args: string[]): Promise<number> {
  const options = {
    out: (text: string | undefined, name: string) =>
      text === undefined ? undefined : outFolder()(text, name),
    page: optional,
    view: optional,
  };
  return withArguments(
    args,
    options,
    ({ out, page, view }, ...folders) => {
      if (folders.length > 1 && out === undefined) {
        console.error('Of several folders one report is made: say where with --out DIR.');
        return Promise.resolve(2);
      }
      return report(folders, out ?? folders[0], { page, view });
    },
    'DIR …',
  );
}
