/** Models that a visitor trains: what their recipes may be, and the names that say both recipe and content. */
import {
  pairSources,
  readings,
  type OwnName,
  type OwnRecipe,
  type PolicyRecipe,
  type TeacherRecipe,
} from '../protocol/own-model.ts';
import { presetNames } from './preset-names.ts';

/** A number of a recipe; the page's dial stands on one of `steps`. */
interface RecipeNumber {
  standard: number;
  low: number;
  high: number;
  integer?: boolean;
  steps?: readonly number[];
  /** As the page names it. */
  label: string;
  /** Its letter in a name. */
  letter: string;
}
type Numbers<Recipe> = {
  [Field in keyof Recipe as Recipe[Field] extends number ? Field : never]: RecipeNumber;
};

const share = { low: 0, high: 1 };
const seed = { standard: 1, low: 0, high: 1e6, integer: true, label: 'Seed', letter: 's' } as const;

export const teacherNumbers = {
  prompts: {
    ...{ standard: 400, low: 20, high: 1200, integer: true, steps: [50, 100, 200, 400, 800, 1200] },
    ...{ label: 'Prompts', letter: 'p' },
  },
  flipped: {
    ...{ ...share, standard: 0, steps: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1] },
    ...{ label: 'Labels flipped', letter: 'f' },
  },
  longer: {
    ...{ ...share, standard: 0, steps: [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1] },
    ...{ label: 'Longer preferred', letter: 'l' },
  },
  garbled: {
    ...{ ...share, standard: 0.15, steps: [0, 0.05, 0.15, 0.3, 0.5] },
    ...{ label: 'Garbled negatives', letter: 'g' },
  },
  steps: {
    ...{ standard: 600, low: 1, high: 3000, integer: true, steps: [60, 120, 300, 600, 1200, 1500] },
    ...{ label: 'Steps', letter: 'n' },
  },
  seed,
} as const satisfies Numbers<TeacherRecipe>;

export const policyNumbers = {
  steps: {
    ...{ standard: 1600, low: 1, high: 5000, integer: true, steps: [100, 200, 400, 800, 1600, 2400] },
    ...{ label: 'Steps', letter: 'n' },
  },
  learningRate: {
    ...{ standard: 4e-3, low: 1e-5, high: 0.1, steps: [2e-4, 5e-4, 1e-3, 2e-3, 4e-3, 8e-3] },
    ...{ label: 'Learning rate', letter: 'r' },
  },
  seed,
} as const satisfies Numbers<PolicyRecipe>;

const standards = <Table extends Record<string, RecipeNumber>>(table: Table) =>
  Object.fromEntries(Object.entries(table).map(([field, { standard }]) => [field, standard])) as Record<
    keyof Table,
    number
  >;
export const standardTeacher: Omit<TeacherRecipe, 'preset'> = {
  ...{ kind: 'teacher', pairs: 'samples', reads: 'all' },
  ...standards(teacherNumbers),
};
export const standardPolicy: Omit<PolicyRecipe, 'preset'> = { kind: 'policy', ...standards(policyNumbers) };

const numbersOf = ({ kind }: Pick<OwnRecipe, 'kind'>): readonly (readonly [string, RecipeNumber])[] =>
  Object.entries(kind === 'teacher' ? teacherNumbers : policyNumbers);
const valueOf = (recipe: OwnRecipe, field: string) => recipe[field as keyof OwnRecipe] as unknown;

/** What is wrong with a recipe, as a sentence that says what is allowed; undefined if nothing. */
export function checkRecipe(recipe: OwnRecipe): string | undefined {
  const oneOf = (what: string, value: string, all: readonly string[]) =>
    all.includes(value) ? undefined : `${what} is ${value}; it can be ${all.join(', ')}.`;
  const numbers = numbersOf(recipe).map(([field, { label, low, high, integer }]) => {
    const value = valueOf(recipe, field);
    const isRight = typeof value === 'number' && value >= low && value <= high;
    if (isRight && (!integer || Number.isInteger(value))) return undefined;
    return `${label} is ${String(value)}; it can be ${integer ? 'a whole number' : 'a number'} from ${low} to ${high}.`;
  });
  return [
    oneOf('The preset', recipe.preset, presetNames),
    recipe.kind === 'teacher' ? oneOf('Whose programs', recipe.pairs, pairSources) : undefined,
    recipe.kind === 'teacher' ? oneOf('What the annotator reads', recipe.reads, readings) : undefined,
    ...numbers,
  ].find((problem) => problem !== undefined);
}

const HASH = 16;
const SIGN = 'own_';

/** The name of what a recipe made: `hash` is that of its content, in hexadecimal. */
export function ownName(recipe: OwnRecipe, hash: string): OwnName {
  const choices =
    recipe.kind === 'teacher' ? [recipe.preset, recipe.pairs, recipe.reads] : [recipe.preset, 'sft'];
  const numbers = numbersOf(recipe).map(([field, { letter }]) => letter + String(valueOf(recipe, field)));
  return `${SIGN}${[hash.slice(0, HASH), ...choices, ...numbers].join('_')}`;
}

/** The recipe and the hash that a name says; undefined where it is no such name. */
export function ownParts(name: string): { recipe: OwnRecipe; hash: string } | undefined {
  if (!name.startsWith(SIGN)) return undefined;
  const [hash, preset, ...rest] = name.slice(SIGN.length).split('_');
  const kind = rest[0] === 'sft' ? 'policy' : 'teacher';
  if (!/^[0-9a-f]{16}$/.test(hash)) return undefined;
  const [choices, numbers] = kind === 'policy' ? [1, rest.slice(1)] : [2, rest.slice(2)];
  if (rest.length < choices) return undefined;
  const fields = numbersOf({ kind }).map(([field], i) => [field, Number(numbers[i]?.slice(1))]);
  const said = kind === 'policy' ? {} : { pairs: rest[0], reads: rest[1] };
  const recipe = { kind, preset, ...said, ...Object.fromEntries(fields) } as OwnRecipe;
  // One way to write it: whatever else the text has makes it another name.
  return checkRecipe(recipe) === undefined && ownName(recipe, hash) === name ? { recipe, hash } : undefined;
}

/** A recipe that is one, in one order and with nothing else in it: what it is written as is the same then, too. */
export const plainRecipe = (recipe: OwnRecipe): OwnRecipe =>
  ownParts(ownName(recipe, '0'.repeat(HASH)))!.recipe;

/** Whether a name is that of a reward model of a visitor's own, here or not. */
export const isOwnTeacher = (name: string): name is OwnName => ownParts(name)?.recipe.kind === 'teacher';
export const isOwnPolicy = (name: string): name is OwnName => ownParts(name)?.recipe.kind === 'policy';

/** "own model 3fa9": short, and told from others. */
export function ownLabel(name: OwnName): string {
  const { recipe, hash } = ownParts(name)!;
  return `own ${recipe.kind === 'teacher' ? 'model' : 'policy'} ${hash.slice(0, 4)}`;
}

const percent = (part: number) => `${Number((100 * part).toPrecision(3))} %`;

/** A recipe in words: "400 steps on samples for 300 prompts, 30 % of labels flipped, seed 1". */
export function recipeText(recipe: OwnRecipe): string {
  if (recipe.kind === 'policy')
    return `${recipe.steps} steps of imitation at learning rate ${recipe.learningRate}, seed ${recipe.seed}`;
  const { pairs, prompts, flipped, longer, reads, garbled, steps, seed: from } = recipe;
  const whose = {
    samples: /* @wc-include */ 'samples',
    authors: 'authors’ programs',
    both: 'samples and authors’ programs',
  };
  return [
    `${steps} steps on ${whose[pairs]} for ${prompts} prompts`,
    ...(flipped > 0 ? [`${percent(flipped)} of labels flipped`] : []),
    ...(longer > 0 ? [`in ${percent(longer)} the longer preferred`] : []),
    ...(reads === 'all' ? [] : [`${reads} alone read`]),
    garbled > 0 ? `${percent(garbled)} garbled` : 'nothing garbled',
    `seed ${from}`,
  ].join(', ');
}
