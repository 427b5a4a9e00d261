/** What code of a visitor's is given: one text, shown as it is and offered by the editor as completions. */
import text from '../../ppo/own/api.txt?raw';

export const apiText: string = text;

/** One property, with its type and words. */
export interface Member {
  name: string;
  type: string;
  words: string;
}

/** Every interface's members by its name. */
export const api: ReadonlyMap<string, readonly Member[]> = new Map(
  [...text.matchAll(/^interface (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => [
    name,
    [...body.matchAll(/\/\*\* (.*) \*\/\n\s+(\w+): (.*);/g)].map(([, words, member, type]): Member => {
      return { name: member, type, words };
    }),
  ]),
);

/** What may follow a dot: of `group` and `batch` what they have; of anything else that is one letter or a response, a response's. */
export function membersAfter(before: string): readonly Member[] {
  const owner = /([\w$]+)(?:\[[^\]]*\])?\.\w*$/.exec(before)?.[1];
  if (owner === undefined) return [];
  if (owner === 'group') return api.get('Group')!;
  if (owner === 'batch') return api.get('Batch')!;
  return owner === 'responses' && !/\]\.\w*$/.test(before) ? [] : api.get('Answer')!;
}
