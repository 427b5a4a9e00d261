import type { Exercise } from './exercise.ts';
import { mean, percent } from './read.ts';

/** How sure one can be whether a response passes, knowing its score alone: by fifths of a batch. */
export const trust: Exercise = {
  id: 'trust',
  title: 'When can a score be trusted?',
  intro:
    'The policy has written eight programs to each of 32 tasks. A reward model that has never run one of them has scored them all. Sort all 256 by score.',
  question: 'Among which of them is a guess “it passes” or “it fails”, made by the score, most often wrong?',
  options: ['The fifth with the highest scores.', 'Those between.', 'The fifth with the lowest scores.'],
  usual: 1,
  trials: [
    {
      does: 'Look at the untrained policy’s programs',
      knobs: {},
      updates: 0,
      read({ batch }) {
        if (!batch) return { high: NaN, middle: NaN, low: NaN };
        const { scores, testScores } = batch;
        const rows = Array.from(scores, (_, row) => row).sort((a, b) => scores[b] - scores[a]);
        const fifth = Math.floor(rows.length / 5);
        const passing = (from: number, to: number) =>
          mean(rows.slice(from, to).map((row) => (testScores[row] === 1 ? 1 : 0)));
        return {
          high: passing(0, fifth),
          middle: passing(fifth, rows.length - fifth),
          low: passing(rows.length - fifth, rows.length),
        };
      },
    },
  ],
  find([{ high, middle, low }]) {
    const wrong = [high, middle, low].map((rate) => Math.min(rate, 1 - rate));
    return {
      answer: wrong.indexOf(Math.max(...wrong)),
      says: `Of the fifth with the highest scores ${percent(high)} pass, of the lowest fifth ${percent(low)}, of those between ${percent(middle)}.`,
    };
  },
  why: ([{ middle }]) =>
    `Where ${percent(middle)} pass, the score says no more than a coin would. A reward model is sure of what is clearly right or clearly wrong, and guesses between. PF-PPO’s idea is in this picture: learn from the ends, and leave the middle out.`,
  ask: 'Name a program in the middle that the score is wrong about. What might the reward model have overlooked?',
  terms: ['score', 'truth', 'r2'],
};
