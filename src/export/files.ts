/** A run, or a scenario, as a folder for verl: the same files from `npm run export` and from the page. */
import { runsCode } from '../ppo/filter.ts';
import filtersPython from './python/pf_ppo_filters.py?raw';
import rewardPython from './python/reward.py?raw';
import trainPython from './python/train.py?raw';
import { trainScript } from './overrides.ts';
import { parquetOf } from './parquet.ts';
import { readmeOf } from './readme.ts';
import type { ExportSource } from './source.ts';
import { rowsOf } from './task-rows.ts';

/** A path within the folder, with `/`, and what the file holds. */
export interface ExportFile {
  path: string;
  content: string | Uint8Array<ArrayBuffer>;
}

/** Makes every task, with its tests: seconds of work, for a thread of its own. */
export function exportFiles(source: ExportSource): ExportFile[] {
  const { name, config, knobs, updates } = source;
  const { filter, teacher, teacherCode } = knobs;
  const files: ExportFile[] = [
    { path: 'README.md', content: readmeOf(source) },
    { path: 'train.sh', content: trainScript(source) },
    { path: 'train.py', content: trainPython },
    { path: 'pf_ppo_filters.py', content: filtersPython },
    { path: 'reward.py', content: rewardPython },
    {
      path: 'run.json',
      content: `${JSON.stringify({ name, updates, config: { ...config, knobs } }, null, 2)}\n`,
    },
  ];
  if (runsCode(filter)) files.push({ path: 'own-filter.js', content: `${filter.code ?? ''}\n` });
  if (teacher === 'own-score') files.push({ path: 'own-score.js', content: `${teacherCode}\n` });
  for (const split of ['train', 'held-out'] as const) {
    const rows = [...rowsOf(split, config.tasks)];
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    files.push({ path: `data/${split}.jsonl`, content: lines });
    files.push({ path: `data/${split}.parquet`, content: parquetOf(rows) });
  }
  return files;
}
