/** An experiment suite's results.json, read from its folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadResults, parseResults, type Results } from '../../src/evidence/results.ts';

const REMEDY = 'Give the folder that an experiment suite wrote, or run the suite again.';

/** @throws BadResults with one line that says what to do */
export async function readResults(folder: string): Promise<Results> {
  const path = join(folder, 'results.json');
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = (error as Error).message.replace(/\s+/g, ' ');
    throw new BadResults(`${path} cannot be read: ${why}. ${REMEDY}`);
  }
  try {
    return parseResults(text);
  } catch (error) {
    if (!(error instanceof BadResults)) throw error;
    throw new BadResults(`${path}${error.message}. ${REMEDY}`);
  }
}
