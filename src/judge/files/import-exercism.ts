/**
 * Exercism's canonical data: {exercise, cases: [{description, property, input, expected} or {description, cases}]}. Each property is a
 * problem, `EXERCISE/PROPERTY`, whose function gets the input's values in the order in which the property's first case has them.
 */
import type { Json, UnitTest } from '../../protocol/task.ts';
import { isEntryPoint } from '../core/outcome.ts';
import { Unreadable } from './literal.ts';
import { textIn, type Fields, type Importer, type Problem, type Unread } from './problem.ts';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A case with the descriptions of the groups that it is in. */
interface Case extends Fields {
  path: string;
}

/** @throws Error at what is neither a case nor a group of cases */
function casesIn(list: unknown, path: string): Case[] {
  if (!Array.isArray(list)) throw new Error(`${path || 'the exercise'}: its cases are no list`);
  return (list as unknown[]).flatMap((item, i) => {
    const at = [path, isFields(item) ? textIn(item.description) || `case ${i + 1}` : `case ${i + 1}`];
    const inner = at.filter((part) => part !== '').join(', ');
    if (!isFields(item)) throw new Error(`${inner} is no object`);
    return 'cases' in item ? casesIn(item.cases, inner) : [{ ...item, path: inner }];
  });
}

/** Whether a value, which JSON.parse has read, is still what the file says. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) || (!Number.isInteger(value) && Number.isFinite(value));
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

/** @throws Unreadable where the case is no call and a value */
function testOf({ input, expected }: Case, parameters: readonly string[]): UnitTest {
  if (isFields(expected) && 'error' in expected) throw new Unreadable('it expects an error, and no value');
  if (!isFields(input)) throw new Unreadable('its input is no object');
  if (expected === undefined) throw new Unreadable('it expects nothing');
  const names = Object.keys(input);
  if (names.length !== parameters.length || names.some((name) => !parameters.includes(name)))
    throw new Unreadable(`its input has not the fields of the first case, ${parameters.join(', ')}`);
  if (!isExact(input) || !isExact(expected))
    throw new Unreadable('it has a whole number beyond 2^53, which JavaScript cannot hold exactly');
  return { args: parameters.map((name) => input[name] as Json), expected: expected as Json };
}

function problemOf(exercise: string, property: string, cases: readonly Case[]): Problem {
  const parameters = Object.keys(cases.map(({ input }) => input).find(isFields) ?? {});
  const [tests, unread]: [UnitTest[], Unread[]] = [[], []];
  const replaced = new Set(cases.map(({ reimplements }) => reimplements));
  for (const one of cases)
    try {
      if (one.uuid !== undefined && replaced.has(one.uuid)) throw new Unreadable('a later case replaces it');
      tests.push(testOf(one, parameters));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      unread.push({ where: `case "${one.path}"`, why: error.message });
    }
  const task = `${exercise}/${property}`;
  return {
    ...{ task, entryPoint: property, prompt: '', tests, tolerance: 0, unread },
    ...{ references: [], completions: [] },
  };
}

export const exercism: Importer = {
  takes: (fields) => 'exercise' in fields && 'cases' in fields,
  problemsOf(fields) {
    const exercise = textIn(fields.exercise);
    if (exercise === '') throw new Error('exercise is no text');
    const byProperty = new Map<string, Case[]>();
    for (const one of casesIn(fields.cases, '')) {
      const property = textIn(one.property);
      if (!isEntryPoint(property)) throw new Error(`${exercise}, ${one.path}: its property is no name`);
      byProperty.set(property, [...(byProperty.get(property) ?? []), one]);
    }
    return [...byProperty].map(([property, cases]) => problemOf(exercise, property, cases));
  },
};
