/** What code of a visitor's is given: a text, shown as it is and offered by the editor as completions and where one points at a name. */
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

/** A name of the API as it is declared, and what there is to say of it. */
export interface Told {
  declared: string;
  words: string;
}

/** What a word of code is, where it is a name of the API. @param before the line up to the word */
export function toldOf(
  { text, interfaces, membersAfter }: Api,
  before: string,
  word: string,
): Told | undefined {
  if (before.endsWith('.')) {
    const members = membersAfter(before);
    const member = members.find(({ name }) => name === word);
    const [owner] = [...interfaces].find(([, own]) => own === members) ?? [];
    return member && { declared: `${owner}.${word}: ${member.type}`, words: member.words };
  }
  const [, words, declared, name, parameters] =
    /\/\*\* (.*) \*\/\ndeclare (function (\w+)\((.*)\): .*);/.exec(text)!;
  if (word === name) return { declared, words };
  const type = new RegExp(`\\b${word}: (\\w+)`).exec(parameters)?.[1];
  const has = interfaces.get(type ?? '')?.map((member) => member.name);
  return (
    has && { declared: `${word}: ${type}`, words: `It has ${has.slice(0, -1).join(', ')} and ${has.at(-1)}.` }
  );
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
const namesOf = (interfaces: Api['interfaces']) =>
  new Set([...interfaces.values()].flatMap((members) => members.map(({ name }) => name)));
const ofFilterNames = namesOf(ofFilter);
/** Of `group` and `batch` what they have; of anything else that is neither a text nor a number of theirs, a response's. */
export const filterApi: Api = {
  text: filterText,
  interfaces: ofFilter,
  membersAfter(before) {
    const name = owner.exec(before)?.[1];
    if (name === undefined) return [];
    if (name === 'group') return ofFilter.get('Group')!;
    if (name === 'batch') return ofFilter.get('Batch')!;
    const isResponse = /responses\[[^\]]*\]\.\w*$/.test(before);
    return isResponse || !(name === 'Math' || ofFilterNames.has(name)) ? ofFilter.get('Answer')! : [];
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
