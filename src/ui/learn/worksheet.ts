import type { Exercise } from '../../course/exercise.ts';
import type { Answer } from './learn.svelte.ts';

/** A line that a learner wrote stays within its place of the sheet. */
const quoted = (text: string) =>
  text
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join('\n');

function sheetOf(exercise: Exercise, { predicted, numbers, note }: Answer, at: number): string {
  const { title, intro, question, options, trials, ask } = exercise;
  const boxes = options.map((option, i) => `- [${i === predicted ? 'x' : ' '}] ${option}`);
  const isDone = numbers.length === trials.length;
  const finding = isDone ? exercise.find(numbers) : undefined;
  const found = finding
    ? [`Found: ${options[finding.answer]} ${finding.says}`, exercise.why(numbers)]
    : trials.map(({ does }) => `To do: ${does}.`);
  const written = note === '' ? '> ' : quoted(note);
  const parts = [`## ${at + 1} ${title}`, intro, `**${question}**`, boxes.join('\n'), ...found, ask, written];
  return parts.join('\n\n');
}

/** Every lesson with its question, what was predicted, found and written, as Markdown: empty it is a worksheet to print. */
export function worksheet(course: readonly Exercise[], answerTo: (exercise: Exercise) => Answer): string {
  const sheets = course.map((exercise, at) => sheetOf(exercise, answerTo(exercise), at));
  return `${['# PF-PPO Playground: lessons', ...sheets].join('\n\n')}\n`;
}
