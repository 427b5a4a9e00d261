import { passAtK } from '../../ppo/pass-at-k.ts';
import type { Judged } from './judging.svelte.ts';

/** What the answers to the problems of a set come to. */
export interface PassAt {
  problems: number;
  /** Answers to the problem that has fewest. */
  least: number;
  /** In the order of k. */
  values: { k: number; value: number }[];
}

const ks = [1, 5, 10, 100];

/**
 * pass@k over the problems that have answers without a label (a set's own solutions are none), as the unbiased estimate of Chen et al. 2021,
 * for every k up to the number of answers that each of them has. Undefined while an answer has no verdict, or where there is none.
 */
export function passAtOf(rows: readonly Judged[]): PassAt | undefined {
  const byTask = new Map<string, boolean[]>();
  for (const { program, verdict } of rows) {
    if (program.task === undefined || program.label !== undefined) continue;
    // What the judge failed at says nothing of the answer.
    if (!verdict || verdict.name === 'infra') return undefined;
    const answers = byTask.get(program.task) ?? [];
    answers.push(verdict.name === 'passed');
    byTask.set(program.task, answers);
  }
  const all = [...byTask.values()];
  if (all.length === 0) return undefined;
  const least = Math.min(...all.map(({ length }) => length));
  const values = ks
    .filter((k) => k <= least)
    .map((k) => {
      const sum = all.reduce(
        (total, answers) => total + passAtK(answers.length, answers.filter(Boolean).length, k),
        0,
      );
      return { k, value: sum / all.length };
    });
  return { problems: all.length, least, values };
}
