/** Problems of published sets, of which set is told by what an object has. */
import { exercism } from './import-exercism.ts';
import { humanEval } from './import-humaneval.ts';
import { multiplE } from './import-multipl-e.ts';
import type { Fields, Problem } from './problem.ts';

const importers = [humanEval, multiplE, exercism];

/**
 * The problems that an object holds; undefined where it is of no set.
 *
 * @throws Error saying why it cannot be judged by
 */
export function problemsOf(fields: Fields): Problem[] | undefined {
  return importers.find(({ takes }) => takes(fields))?.problemsOf(fields);
}
