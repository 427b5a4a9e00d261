import type { PlanReport, StepReport } from '../../protocol/engine-report.ts';
import { count, fixed } from '../format.ts';

/** "M 812 of 4,608, C 32"; with `most`, what the program was made for: "M up to 4,608, C 32". */
export function dimsText(dims: StepReport['dims'], say: 'now' | 'most' = 'now'): string {
  const words = Object.entries(dims).map(([name, dim]) => {
    if (typeof dim === 'number') return `${name} ${count(dim)}`;
    if (say === 'most') return `${name} up to ${count(dim.most)}`;
    return dim.now === dim.most
      ? `${name} ${count(dim.now)}`
      : `${name} ${count(dim.now)} of ${count(dim.most)}`;
  });
  return words.join(', ');
}

/** Three digits of milliseconds, no more than are worth reading. */
export function msText(ms: number): string {
  return `${fixed(ms, ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3)} ms`;
}

export function percent(share: number): string {
  const value = 100 * share;
  return `${fixed(value, value < 10 ? 1 : 0)} %`;
}

/** What a plan does, by how its name begins; in the order in which an update runs them. */
const planWords: readonly (readonly [start: string, words: string])[] = [
  [
    'prompts',
    'Every prompt once: forward, its keys and values then into the cache of each row that begins with it.',
  ],
  ['decode', 'The next tokens of all rows, one after the other, each drawn and fed to the next.'],
  ['log-probs', 'What was written, forward through the policy and through the frozen reference.'],
  ['values', 'The same, forward through the critic: what score it expects at every token.'],
  [
    /* @wc-ignore */ 'training step',
    'One minibatch: forward, PPO’s loss, backward, the gradient’s norm, Adam.',
  ],
  [
    /* @wc-ignore */ 'critic step',
    'The same minibatch: the critic forward, its error, backward, the gradient’s norm, Adam.',
  ],
];
const rankOf = ({ name }: PlanReport) => planWords.findIndex(([start]) => name.startsWith(start));

export function wordsOf(plan: PlanReport): string | undefined {
  return planWords[rankOf(plan)]?.[1];
}

/** Plans in the order in which an update runs them. */
export function inOrder(plans: readonly PlanReport[]): PlanReport[] {
  return plans.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Milliseconds of one run. */
export function totalOf(steps: readonly StepReport[]): number {
  return steps.reduce((sum, { ms }) => sum + ms, 0);
}

/** The kernels of a plan, the longest first. */
export function byKernel({ steps }: PlanReport): { kernel: string; ops: number; ms: number }[] {
  const sums = new Map<string, { kernel: string; ops: number; ms: number }>();
  for (const { kernel, ms } of steps) {
    const known = sums.get(kernel) ?? { kernel, ops: 0, ms: 0 };
    sums.set(kernel, { kernel, ops: known.ops + 1, ms: known.ms + ms });
  }
  return [...sums.values()].sort((a, b) => b.ms - a.ms || b.ops - a.ops);
}

/** Ops one after the other that are in one place of the network. */
export interface Part {
  name: string;
  ms: number;
  ops: (StepReport & { number: number })[];
}

/** A plan's ops in order, by where in the network they are. What does not say is where the op before it was. */
export function partsOf({ steps }: PlanReport): Part[] {
  const parts: Part[] = [];
  steps.forEach((step, i) => {
    const name = step.part ?? parts.at(-1)?.name ?? '';
    let last = parts.at(-1);
    if (last?.name !== name) parts.push((last = { name, ms: 0, ops: [] }));
    last.ops.push({ ...step, number: i + 1 });
    last.ms += step.ms;
  });
  return parts;
}
