import { compare, type Compared } from '../../evidence/compare.ts';
import { bySource } from '../../evidence/results.ts';
import { loadIndex, loadSuite } from '../evidence/load.ts';

/** Filters under a source of scores, of the first suite of the site that has it. @throws Error where none has, or none can be loaded */
export async function loadCompared(id: string): Promise<Compared[]> {
  for (const { file } of await loadIndex()) {
    const results = await loadSuite(file);
    const section = bySource(results).find(({ source }) => source === id);
    if (section) return compare(results, section.arms);
  }
  throw new Error('No suite of this site has it.');
}
