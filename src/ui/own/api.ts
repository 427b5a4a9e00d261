/** What code of a visitor's is given: a text, shown as it is and offered by the editor as completions. */
import filterText from '../../ppo/own/filter-api.txt?raw';
import scoreText from '../../ppo/own/score-api.txt?raw';

/** One property, with its type and words. */
interface Member {
  name: string;
  type: string;
  words: string;
}

export interface Api {
  text: string;
  /** Every interface's members by its name. */
  interfaces: ReadonlyMap<string, readonly Member[]>;
  /** What may follow a dot. @param before the line up to the cursor */
  membersAfter: (before: string) => readonly Member[];
}

function interfacesOf(text: string): Api['interfaces'] {
  return new Map(
    [...text.matchAll(/^interface (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => [
      name,
      [...body.matchAll(/\/\*\* (.*) \*\/\n\s+(\w+): (.*);/g)].map(([, words, member, type]): Member => {
        return { name: member, type, words };
      }),
    ]),
  );
}

const owner = /([\w$]+)(?:\[[^\]]*\])?\.\w*$/;

const ofFilter = interfacesOf(filterText);
/** Of `group` and `batch` what they have; of anything else that is one letter or a response, a response's. */
export const filterApi: Api = {
  text: filterText,
  interfaces: ofFilter,
  membersAfter(before) {
    const name = owner.exec(before)?.[1];
    if (name === undefined) return [];
    if (name === 'group') return ofFilter.get('Group')!;
    if (name === 'batch') return ofFilter.get('Batch')!;
    return name === 'responses' && !/\]\.\w*$/.test(before) ? [] : ofFilter.get('Answer')!;
  },
};

const ofScore = interfacesOf(scoreText);
const answer = ofScore.get('Answer')!;
/** Of whatever the one argument is called, unless it is a text or a list of its own. */
export const scoreApi: Api = {
  text: scoreText,
  interfaces: ofScore,
  membersAfter(before) {
    const name = owner.exec(before)?.[1];
    return name === undefined || name === 'Math' || answer.some((member) => member.name === name)
      ? []
      : answer;
  },
};
