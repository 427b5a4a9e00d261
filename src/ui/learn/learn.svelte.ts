import { course } from '../../course/course.ts';
import * as v from 'valibot';
import type { Answers, Grade } from '../../course/answers.ts';
import type { Answer, Exercise, Numbers } from '../../course/exercise.ts';
import { gradeSchema } from '../../record/answers.ts';
import { dock } from './dock.svelte.ts';

const KEY = 'pf-ppo-course';
/** Where the course begins, and where it ends. */
export const BEFORE = -1;
export const AFTER = course.length;
/** Characters of a note that are kept. */
export const MOST_NOTE = 2000;

const blank: Answer = { numbers: [], note: '' };

/** The course: at which lesson the learner is, and what was answered in each. Kept in this browser. */
class Learn {
  /** Which lesson, from 0; before the first the learner is the policy, after the last all is put to the test. */
  at = $state(BEFORE);
  answers = $state.raw<Readonly<Record<string, Answer>>>({});
  /** What came of the order that was said last of the filters at the end. */
  grade = $state.raw<Grade>();
  /** Answers are not kept beyond this page: storage is forbidden, or full. */
  isForgetful = $state(false);

  constructor() {
    const { at, answers, grade } = recalled();
    this.grade = grade;
    this.at = dock.asked === undefined ? at : validAt(dock.asked - 1);
    this.answers = answers;
  }

  /** The lesson that is open; undefined before the first and after the last. */
  get exercise(): Exercise | undefined {
    return course[this.at];
  }

  answerTo({ id }: Exercise): Answer {
    return this.answers[id] ?? blank;
  }

  isDone(exercise: Exercise): boolean {
    return this.answerTo(exercise).numbers.length === exercise.trials.length;
  }

  goTo(at: number): void {
    this.at = validAt(at);
    this.#keep();
  }

  amend({ id }: Exercise, part: Partial<Answer>): void {
    this.answers = { ...this.answers, [id]: { ...(this.answers[id] ?? blank), ...part } };
    this.#keep();
  }

  /** All that was answered; undefined where nothing was. */
  get given(): Answers | undefined {
    const { answers, grade } = this;
    const lessons = Object.fromEntries(
      Object.entries(answers).filter(([, { predicted, note }]) => predicted !== undefined || note !== ''),
    );
    if (Object.keys(lessons).length === 0 && !grade) return undefined;
    return { lessons, ...(grade && { grade }) };
  }

  setGrade(grade: Grade): void {
    this.grade = grade;
    this.#keep();
  }

  /** Forgets prediction and runs of a lesson, to do it again; what was written stays. */
  redo(exercise: Exercise): void {
    this.amend(exercise, { predicted: undefined, numbers: [], changed: [] });
  }

  #keep(): void {
    const { at, answers, grade } = this;
    try {
      localStorage.setItem(KEY, JSON.stringify({ at, answers, grade }));
      this.isForgetful = false;
    } catch {
      this.isForgetful = true;
    }
  }
}

const validAt = (at: unknown) =>
  typeof at === 'number' && Number.isInteger(at) && at >= BEFORE && at <= AFTER ? at : BEFORE;

const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((number) => Number.isFinite(number));

const textFrom = (value: unknown) => (typeof value === 'string' ? value.slice(0, MOST_NOTE) : '');

/** An answer as it was kept, whatever that is by now: what cannot be one is as if it had not been given. */
export function answerFrom(exercise: Exercise, kept: unknown): Answer {
  const { predicted, numbers, changed, note } = (kept ?? {}) as Partial<Record<keyof Answer, unknown>>;
  const isOption = typeof predicted === 'number' && exercise.options[predicted] !== undefined;
  const isRead = isOption && Array.isArray(numbers) && numbers.every(isNumbers);
  const read = isRead && numbers.length <= exercise.trials.length ? numbers : [];
  return {
    predicted: isOption ? predicted : undefined,
    numbers: read,
    changed: Array.isArray(changed) ? changed.slice(0, read.length).map(textFrom) : [],
    note: textFrom(note),
  };
}

function recalled(): { at: number; answers: Record<string, Answer>; grade?: Grade } {
  try {
    const { at, answers, grade } = (JSON.parse(localStorage.getItem(KEY) ?? 'null') ?? {}) as Record<
      string,
      unknown
    >;
    const known = (answers ?? {}) as Record<string, unknown>;
    const entries = course.map((exercise) => [exercise.id, answerFrom(exercise, known[exercise.id])]);
    const found = v.safeParse(gradeSchema, grade);
    return {
      ...{ at: validAt(at), answers: Object.fromEntries(entries) as Record<string, Answer> },
      ...(found.success && { grade: found.output }),
    };
  } catch {
    return { at: BEFORE, answers: {} };
  }
}

export const learn = new Learn();
