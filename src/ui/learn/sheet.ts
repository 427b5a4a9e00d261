import type { Answers } from '../../course/answers.ts';
import { course } from '../../course/course.ts';
import { sheets } from '../../course/sheets.ts';
import { spoken } from '../../languages/language.ts';
import { answerFrom } from './learn.svelte.ts';

/** Answers to print, whoever wrote them: of what cannot be one its lesson is blank. */
export const sheetOf = ({ lessons, grade }: Answers): string =>
  sheets(course, (exercise) => answerFrom(exercise, lessons[exercise.id]), undefined, grade, spoken());
