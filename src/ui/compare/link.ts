import { defaultKnobs } from '../../ppo/knobs.ts';
import { addressOf, configFromAddress } from '../address.ts';
import {
  armOf,
  MOST_ARMS,
  MOST_SEEDS,
  released,
  updateChoices,
  type RaceArm,
  type RaceSetup,
} from './setup.ts';

/** Of one setting: `2.filter`. */
const ofArm = /^(\d)\.(.+)$/;

/**
 * A comparison as the query of a link: `arms=2&seeds=1,2,3&updates=20&scenario=unsure-tests&1.filter=none`. What all settings have in common stands
 * once; each is a difference to the default, as in the page's own address. Tasks and policies of one's own do not travel. With
 * `predict` the visitor is asked for an order first.
 */
export function queryOf({ arms, seeds, updates }: RaceSetup): string {
  const each = arms.map((arm) => {
    // Code that nobody has read here can be read there.
    const { knobs: own } = released(arm, true);
    const knobs = { ...own, evalEvery: defaultKnobs.evalEvery };
    // Every one trains under all seeds.
    return new URLSearchParams(addressOf('', { ...arm, seed: 1 }, knobs));
  });
  const names = [...new Set(each.flatMap((address) => [...address.keys()]))];
  const query = new URLSearchParams([
    ['arms', String(arms.length)],
    ['seeds', seeds.join()],
    ['updates', String(updates)],
  ]);
  for (const name of names) {
    const values = each.map((address) => address.get(name));
    // The version is that of the whole link.
    if (new Set(values).size === 1 || name === 'v')
      query.set(
        name,
        values.find((value) => value !== null)!,
      );
    else values.forEach((value, arm) => value !== null && query.set(`${arm + 1}.${name}`, value));
  }
  return query.toString().replaceAll('%2C', ',');
}

/**
 * The run of this browser with which a comparison is to begin, and after which of its updates, else at its end: `run=ID&update=40`, as Play and
 * Runs ask for one; undefined in other links.
 */
export function startAsked(query: string): { id: string; update?: number } | undefined {
  const asked = new URLSearchParams(query);
  const [id, update] = [asked.get('run'), asked.get('update')];
  if (id === null) return undefined;
  return update !== null && /^\d{1,9}$/.test(update) ? { id, update: Number(update) } : { id };
}

/** What a link asks for, and sentences about what of it cannot be. */
export interface LinkedSetup {
  setup: RaceSetup;
  problems: readonly string[];
}

/** What a link's query asks for. What cannot be is as the default has it, with a sentence in `problems`; code that comes along is held. */
export function setupOf(query: string): LinkedSetup {
  const asked = new URLSearchParams(query);
  const problems = new Set<string>();
  const take = <Value>(
    name: string,
    fallback: Value,
    read: (text: string) => Value | undefined,
    can: string,
  ) => {
    const text = asked.get(name);
    asked.delete(name);
    const value = text === null ? fallback : read(text);
    if (value === undefined)
      problems.add(`The link asks for ${name}=${text!.slice(0, 40)}; it can be ${can}.`);
    return value ?? fallback;
  };
  const wholeFrom = (low: number, high: number) => (text: string) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= low && value <= high ? value : undefined;
  };
  const count = take('arms', 2, wholeFrom(2, MOST_ARMS), `2 to ${MOST_ARMS}`);
  const updates = take(
    'updates',
    20,
    (text) => updateChoices.find((choice) => String(choice) === text),
    updateChoices.join(', '),
  );
  const seeds = take(
    'seeds',
    [1, 2, 3],
    (text) => {
      const all = text.split(',').map(wholeFrom(0, Number.MAX_SAFE_INTEGER));
      const isRight = all.length <= MOST_SEEDS && new Set(all).size === all.length;
      return isRight && all.every((seed) => seed !== undefined) ? all : undefined;
    },
    `up to ${MOST_SEEDS} different whole numbers, with commas`,
  );
  const isPredicting = asked.has('predict');
  asked.delete('predict');
  const common = [...asked].filter(([name]) => !ofArm.test(name));
  const arms = Array.from({ length: count }, (_, arm): RaceArm => {
    const own = [...asked].flatMap(([name, value]): [string, string][] => {
      const [, number, knob] = ofArm.exec(name) ?? [];
      return Number(number) === arm + 1 ? [[knob, value]] : [];
    });
    const read = configFromAddress(`?${new URLSearchParams([...common, ...own]).toString()}`);
    for (const problem of read.problems) problems.add(problem);
    const made = armOf(read.config, read.config.knobs);
    const codes = Object.fromEntries(Object.entries(read.codes).filter(([, code]) => code));
    return Object.keys(codes).length > 0 ? { ...made, held: codes } : made;
  });
  const predicted = isPredicting ? { predicted: arms.map((_, arm) => arm) } : {};
  return { setup: { arms, seeds, updates, ...predicted }, problems: [...problems] };
}

/** Whether all of it can be sent: a link leaves out what is somebody's own. */
export const travels = ({ arms }: RaceSetup): boolean =>
  arms.every(({ tasks, policy }) => tasks === undefined && policy === undefined);
