import { checkFilterCode, filterNames, ownName, runsCode } from '../ppo/filter.ts';
import { isOwnPolicy, isOwnTeacher } from '../ppo/own-models.ts';
import { checkScoreCode } from '../ppo/own/own-score.ts';
import { noiseNames, noiseOptions, standardNoise } from '../ppo/noise.ts';
import {
  checkKnob,
  checkKnobs,
  defaultConfig,
  allowedNumbers,
  defaultKnobs,
  fitKnobs,
  knobNames,
  knobTable,
  presetChoices,
  type AnyKnob,
} from '../ppo/knobs.ts';
import {
  engineChoices,
  filterModes,
  MOST_CODE,
  OFF,
  type FilterConfig,
  type Knobs,
  type NoiseConfig,
  type RunConfig,
} from '../protocol/config.ts';
import type { OwnName } from '../protocol/own-model.ts';
import { nearestScenario, scenarioAddress, scenarios } from '../ppo/scenarios.ts';
import { hashOf } from '../tasks/vocabulary.ts';

/** What the rest of the address differs from; without it the first. */
const SCENARIO = 'scenario';
/** A policy of the visitor's own, in the address. */
const POLICY = 'policy';
/** Tasks of the visitor's own: their number and a hash, since they are too long for an address. */
const TASKS = 'tasks';
/** Longest part of an address that is shown again. */
const SHOWN = 40;
/** What a listing does not show as it is: control characters, those without width, those that turn the direction, bytes that were none. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\ufffd]/u;
/** The beginning of a part of an address, with what would not be seen as its number: U+202E → `\u{202e}`. */
const shown = (text: string) =>
  text
    .slice(0, SHOWN)
    .replaceAll(new RegExp(UNSEEN, 'gu'), (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
/** Parameters that are read elsewhere, and those that other sites append to a link to follow who came by it. */
const NOT_ASKED =
  /^(type|lang|tour|lesson|hide|lock|keys|ref|source|_gl|si|igshid|(utm|mtm|pk|hsa|mc|ga)_.*|[a-z]{1,4}cl(id|kid)|__.*)$/i;
/** Weights that a rank profile can have. */
const MOST_RANKS = knobTable.groupSize.high;

/** What a text of the address means, or what it may be instead. */
type Meaning<Value> = { value: Value; allowed?: undefined } | { value?: undefined; allowed: string };

/** Reads parameters one by one; what it does not understand stays as it was, with a sentence about it. */
class Reader {
  readonly problems: string[] = [];
  readonly #asked: URLSearchParams;
  readonly #known = new Set<string>();

  constructor(search: string) {
    this.#asked = new URLSearchParams(search);
  }

  asks(name: string): boolean {
    this.#known.add(name);
    return this.#asked.has(name);
  }

  asksFor(name: string, value: string): boolean {
    return this.#asked.get(name) === value;
  }

  take<Value>(name: string, fallback: Value, read: (text: string) => Meaning<Value>): Value {
    this.#known.add(name);
    const text = this.#asked.get(name);
    if (text === null) return fallback;
    const meaning = read(text);
    if (meaning.allowed === undefined) return meaning.value;
    this.problems.push(`The address asks for ${name}=${shown(text)}; it can be ${meaning.allowed}.`);
    return fallback;
  }

  /** Says what was asked for by names that nothing was read by. */
  tellUnknown(): void {
    const names = [...new Set(this.#asked.keys())].filter(
      (name) => !this.#known.has(name) && !NOT_ASKED.test(name),
    );
    if (names.length === 0) return;
    const isOne = names.length === 1;
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    const list = names.slice(0, MOST_NAMES).map((name) => {
      const meant = [...this.#known].find((known) => isMeant(name, known));
      return `“${shown(name)}”${meant ? ` (${meant} may be meant)` : ''}`;
    });
    this.problems.push(
      `The address names ${list.join(', ')}${more}, which ${isOne ? 'is no setting' : 'are no settings'} of this page: nothing is set by ${isOne ? /* @wc-include */ 'it' : /* @wc-include */ 'them'}.`,
    );
  }

  choice<Value extends string>(
    name: string,
    fallback: Value,
    allowed: readonly Value[],
    isAlso: (text: string) => text is Value = (_): _ is Value => false,
  ): Value {
    return this.take(name, fallback, (text) => {
      const value = isAlso(text) ? text : allowed.find((choice) => choice === text);
      return value === undefined ? { allowed: allowed.join(', ') } : { value };
    });
  }

  number(name: string, fallback: number, isRight: (value: number) => boolean, allowed: string): number {
    return this.take(name, fallback, (text) => {
      const value = numberOf(text);
      return isRight(value) ? { value } : { allowed };
    });
  }
}

/** A knob that is off, in the address. */
const OFF_TEXT = 'off';
/** Names that are said again. */
const MOST_NAMES = 5;
const letters = (name: string) => [...name.toLowerCase()].sort().join('');
/** Another order or case of the letters, or a knob's whole name: `filtre` for `filter`, `learning-rate` for `lr`. */
const isMeant = (name: string, known: string) =>
  letters(name) === letters(known) ||
  knobNames.some(
    (knob) =>
      knobTable[knob].address === known &&
      knob.toLowerCase() === name.toLowerCase().replaceAll(/[^a-z]/g, ''),
  );

/** NaN where the text is not a plain decimal number. */
const numberOf = (text: string) => (/^-?(\d+(\.\d+)?|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN);

function filterFrom(reader: Reader, groupSize: number): FilterConfig {
  const { mode, keep, profile } = defaultKnobs.filter;
  const name = reader.choice(knobTable.filter.address, defaultKnobs.filter.name, filterNames);
  return {
    // Code is not run because an address asks for it.
    name: runsCode({ name }) ? defaultKnobs.filter.name : name,
    mode: reader.choice('mode', mode, filterModes),
    keep: reader.number('keep', keep, (k) => Number.isInteger(k) && k > 0, 'a whole number from 1'),
    profile: reader.take('profile', profile, (text) => {
      const weights = text.split(',').map(numberOf);
      const isRight = weights.length <= MOST_RANKS && weights.every((weight) => weight >= 0 && weight <= 1e6);
      if (!isRight) return { allowed: `up to ${MOST_RANKS} numbers from 0 to 1000000, with commas` };
      // Ranks that are not said weigh nothing.
      const unsaid = new Array<number>(Math.max(0, groupSize - weights.length)).fill(0);
      return { value: [...weights, ...unsaid] };
    }),
  };
}

/** Code that a visitor wrote, by what it is of. */
export interface Codes {
  filter?: string;
  score?: string;
}

/** Where code stands in the address, what asks for it there, and what it is. */
const codePlaces = {
  filter: { place: 'code', asked: [knobTable.filter.address, ownName], check: checkFilterCode },
  score: {
    place: knobTable.teacherCode.address,
    asked: [knobTable.teacher.address, 'own-score'],
    check: checkScoreCode,
  },
} as const;
const codeKinds = ['filter', 'score'] as const;
/** The most characters that all code may take in the address: servers refuse long ones. */
const MOST_ADDRESS = 6000;
/** Whether an address carries this code. */
export function codesFitAddress(codes: Codes): boolean {
  const written = codeKinds.map((kind): [string, string] => [codePlaces[kind].place, codes[kind] ?? '']);
  return new URLSearchParams(written.filter(([, code]) => code)).toString().length <= MOST_ADDRESS;
}

/** The code that an address carries, where it asks for it: empty where it carries none that can be shown as it is. */
function codesFrom(reader: Reader): Codes {
  const codes: Codes = {};
  for (const kind of codeKinds) {
    const { place, asked, check } = codePlaces[kind];
    const isCarried = reader.asks(place);
    if (!reader.asksFor(asked[0], asked[1])) continue;
    if (!isCarried)
      reader.problems.push(`The address asks for a ${kind} of somebody’s own, but does not carry its code.`);
    codes[kind] = reader.take(place, '', (text) => {
      const isRight = check(text) === undefined && !UNSEEN.test(text.replaceAll(/[\n\r\t]/g, ''));
      return isRight
        ? { value: text }
        : { allowed: `the code of a ${kind}, up to ${MOST_CODE} characters that can be seen` };
    });
  }
  return codes;
}

/** Knobs that train with this code, where there is code. */
export function withCodes(knobs: Knobs, { filter, score }: Codes): Knobs {
  return {
    ...knobs,
    ...(filter !== undefined && { filter: { ...knobs.filter, name: ownName, code: filter } }),
    ...(score !== undefined && { teacher: 'own-score', teacherCode: score }),
  };
}

/** The code that knobs train with, and the same knobs without any: in its place is what the default has. */
export function apartFromCode(knobs: Knobs): { codes: Codes; others: Knobs } {
  const { code, ...filter } = knobs.filter;
  const [ofFilter, ofScore] = [runsCode(filter), knobs.teacher === 'own-score'];
  const codes: Codes = { ...(ofFilter && { filter: code }), ...(ofScore && { score: knobs.teacherCode }) };
  return {
    codes,
    others: fitKnobs({
      ...knobs,
      filter: ofFilter ? { ...filter, name: defaultKnobs.filter.name } : filter,
      teacher: ofScore ? defaultKnobs.teacher : knobs.teacher,
      teacherCode: '',
    }),
  };
}

/** A noise's options by their names in the address. */
const noiseAddresses = {
  ...{ share: 'share', spread: 'spread', height: 'height' },
  ...{ falsePass: 'false-pass', falseFail: 'false-fail' },
} as const;
const NOISE_PROFILE = 'noise-profile';

function noiseFrom(reader: Reader, { noise: { name } }: Pick<Knobs, 'noise'>): NoiseConfig {
  const noise = standardNoise(reader.choice(knobTable.noise.address, name, noiseNames));
  const { low, high, longest } = noiseOptions.profile;
  const isNumber = (value: number) => value >= low && value <= high;
  for (const option of Object.keys(noiseAddresses) as (keyof typeof noiseAddresses)[]) {
    const bounds = noiseOptions[option];
    const isRight = (value: number) => value >= bounds.low && value <= bounds.high;
    const allowed = `a number from ${bounds.low} to ${bounds.high}`;
    noise[option] = reader.number(noiseAddresses[option], noise[option], isRight, allowed);
  }
  noise.profile = reader.take(NOISE_PROFILE, noise.profile, (text) => {
    const numbers = text.split(',').map(numberOf);
    const isRight = numbers.length <= longest && numbers.every(isNumber);
    return isRight
      ? { value: numbers }
      : { allowed: `up to ${longest} numbers from ${low} to ${high}, with commas` };
  });
  return noise;
}

/** Every knob but the filter, as the address has it. */
function knobsFrom(reader: Reader): Knobs {
  const { knobs: own } = reader.take(SCENARIO, scenarios[0], (text) => {
    const value = scenarios.find((scenario) => scenarioAddress(scenario) === text);
    return value ? { value } : { allowed: scenarios.map(scenarioAddress).join(', ') };
  });
  const standard: Knobs = { ...defaultKnobs, ...own };
  const knobs: Knobs = { ...standard, noise: noiseFrom(reader, own) };
  for (const name of knobNames) {
    const knob: AnyKnob = knobTable[name];
    if (knob.kind === 'choice')
      Object.assign(knobs, {
        [name]: reader.choice(
          knob.address,
          standard[name] as string,
          knob.options,
          name === 'teacher' ? isOwnTeacher : undefined,
        ),
      });
    if (knob.kind !== 'number') continue;
    const read = (text: string): Meaning<number> => {
      const value = knob.canBeOff && text === OFF_TEXT ? OFF : numberOf(text);
      return checkKnob(name, value) === undefined ? { value } : { allowed: allowedNumbers(knob) };
    };
    Object.assign(knobs, { [name]: reader.take(knob.address, knob.standard, read) });
  }
  // Code is not run because an address asks for it.
  return knobs.teacher === 'own-score' ? { ...knobs, teacher: defaultKnobs.teacher } : knobs;
}

/** Of the language of addresses, defaults included: another one, or other defaults, would be another version. */
const VERSION = '1';
const VERSION_PLACE = 'v';

/**
 * What the page's address asks for, over a scenario with the default's other knobs: `?scenario=hacked-top&seed=7&filter=none&lr=0.0001`; without
 * one it is the first. What cannot be stays as the default has it,
 * or is brought as near as can be, with a sentence about it in `problems`, where names that are no settings are told, too. `codes`, that
 * somebody wrote, are to be shown before any of them runs: the run's filter and teacher are the default until then; they are empty where they
 * do not come along, or cannot be shown as they are.
 */
export function configFromAddress(search: string): {
  config: RunConfig;
  codes: Codes;
  tasks?: string;
  problems: string[];
} {
  const reader = new Reader(search);
  if (reader.asks(VERSION_PLACE) && !reader.asksFor(VERSION_PLACE, VERSION))
    reader.problems.push(
      `The address is of another version than this page reads, which is ${VERSION}: what it asks for may have meant something else. See what is set before you train.`,
    );
  const others = knobsFrom(reader);
  const wanted = { ...others, filter: filterFrom(reader, others.groupSize) };
  const seed = reader.number(
    'seed',
    defaultConfig.seed,
    (s) => Number.isSafeInteger(s) && s >= 0,
    'a whole number from 0',
  );
  const engine = reader.choice('engine', defaultConfig.engine, engineChoices);
  const preset = reader.choice('preset', defaultConfig.preset, presetChoices);
  const policy = reader.take<OwnName | undefined>(POLICY, undefined, (text) =>
    isOwnPolicy(text) ? { value: text } : { allowed: 'the name of a policy that somebody trained here' },
  );
  const tasks = reader.take<string | undefined>(TASKS, undefined, (text) =>
    /^\d+-[0-9a-f]+$/.test(text)
      ? { value: text }
      : { allowed: 'how many tasks of somebody’s own, and which' },
  );
  if (tasks !== undefined)
    reader.problems.push(
      'The address asks for tasks of somebody’s own, which no address can carry: ask for the file of the run (Runs, Export). These are the tasks of the page.',
    );
  const knobs = fitKnobs(wanted);
  // An option that nobody asked for follows the others in silence.
  const filter = { ...knobs.filter };
  for (const option of ['keep', 'profile'] as const)
    if (reader.asks(option)) Object.assign(filter, { [option]: wanted.filter[option] });
  const problem = checkKnobs({ ...wanted, filter });
  if (problem !== undefined) reader.problems.push(`The address asks for what cannot be. ${problem}`);
  const config = { ...defaultConfig, seed, engine, preset, knobs, ...(policy && { policy }) };
  const codes = codesFrom(reader);
  reader.tellUnknown();
  return { config, codes, tasks, problems: reader.problems };
}

const textOf = (value: unknown) => (value === OFF ? OFF_TEXT : JSON.stringify(value).replaceAll('"', ''));

/** A link to something of this page, and what of it the link leaves behind, as sentences. */
export interface Linked {
  link: string;
  left: string;
}

const tasksName = (tasks: NonNullable<RunConfig['tasks']>) =>
  `${tasks.length}-${hashOf(JSON.stringify(tasks)).toString(16)}`;

/**
 * `search` with the scenario of a run with these knobs, unless it is the first, and what differs from that, in words; parameters of other names stay.
 * @param named tasks that are known by what another address says of them alone
 */
export function addressOf(
  search: string,
  { seed, engine, preset, policy, tasks }: RunConfig,
  knobs: Knobs,
  named = tasks && tasksName(tasks),
): string {
  const address = new URLSearchParams(search);
  let version = '';
  const write = (name: string, value: string, standard: string) => {
    if (value === standard) address.delete(name);
    else address.set(name, value);
    if (value !== standard) version = VERSION;
  };
  const scenario = nearestScenario(knobs);
  const base: Knobs = { ...defaultKnobs, ...scenario.knobs };
  write(SCENARIO, scenarioAddress(scenario), scenarioAddress(scenarios[0]));
  write('seed', String(seed), String(defaultConfig.seed));
  write('engine', engine, defaultConfig.engine);
  write('preset', preset, defaultConfig.preset);
  write(POLICY, policy ?? '', '');
  write(TASKS, named ?? '', '');
  for (const name of knobNames) {
    const knob = knobTable[name];
    if (knob.kind === 'filter' || knob.kind === 'noise' || knob.kind === 'code') continue;
    write(knob.address, textOf(knobs[name]), textOf(base[name]));
  }
  // What differs from what a noise of this name begins with.
  const { noise } = knobs;
  const begun = standardNoise(noise.name);
  write(knobTable.noise.address, noise.name, base.noise.name);
  for (const [option, place] of Object.entries(noiseAddresses) as [keyof typeof noiseAddresses, string][])
    write(place, String(noise[option]), String(begun[option]));
  write(NOISE_PROFILE, String(noise.profile), String(begun.profile));
  // Fitted to the group's size, the default filter's options are others without anybody having asked for them.
  const standard = fitKnobs({ ...defaultKnobs, groupSize: knobs.groupSize }).filter;
  write(knobTable.filter.address, knobs.filter.name, standard.name);
  for (const option of ['mode', 'keep', 'profile'] as const)
    write(option, String(knobs.filter[option]), String(standard[option]));
  const { codes } = apartFromCode(knobs);
  const isCarried = codesFitAddress(codes);
  for (const kind of codeKinds) write(codePlaces[kind].place, (isCarried && codes[kind]) || '', '');
  // Last, and of an address that asks for something alone.
  address.delete(VERSION_PLACE);
  write(VERSION_PLACE, version, '');
  const text = address.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}
