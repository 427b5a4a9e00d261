import { isSampling, keepsAll, samplingPlan } from '../ppo/filter.ts';
import type { Knobs } from '../protocol/config.ts';
import type { Phase } from '../protocol/batch.ts';
import { count } from './format.ts';
import type { FormulaStage } from './formulas/stage-lines.ts';
import type { TermId } from './glossary.ts';
import type { JudgedBatch } from './run/run-model.ts';
import type { PhaseNow } from './status.ts';

/** One stage of an update as the page names it. */
export interface Stage {
  /** The first names it. */
  phases: readonly [FormulaStage, ...Phase[]];
  /** A count in front, in bold, where there is one. */
  amount: string;
  words: string;
  /** What explains it: a term, or a filter's name. */
  term: TermId | { filter: string };
  state: 'done' | 'active' | 'ahead';
}

/** The stages of an update with their counts: of the update under way as far as it has come, else as planned. */
export function flowStages(
  phase: PhaseNow | undefined,
  newest: JudgedBatch | undefined,
  knobs: Knobs,
): Stage[] {
  const plan = samplingPlan(knobs.filter, knobs.promptsPerUpdate, knobs.groupSize);
  const batch = newest && newest.batch.update === phase?.update ? newest.batch : undefined;
  const prompts = batch?.promptCount ?? plan.promptCount;
  const programs = batch?.programs.length ?? plan.promptCount * plan.groupSize;
  const filter = batch?.filter ?? knobs.filter;
  const minibatch = phase?.minibatch;
  const stages: Omit<Stage, 'state'>[] = [
    { phases: ['prompts'], amount: count(prompts), words: /* @wc-include */ 'prompts', term: 'prompts' },
    { phases: ['rollouts'], amount: count(programs), words: /* @wc-include */ 'programs', term: 'policy' },
    { phases: ['score'], amount: '', words: /* @wc-include */ 'scored', term: 'score' },
    {
      phases: ['filter', 'judge'],
      amount: batch ? count(batch.kept.length) : '',
      words: keepsAll(filter) && !isSampling(filter) ? 'kept, no filter' : `kept by ${filter.name}`,
      term: { filter: filter.name },
    },
    {
      phases: ['advantages', 'experience'],
      amount: '',
      words: /* @wc-include */ 'advantages',
      term: 'advantage',
    },
    {
      phases: ['update'],
      amount: minibatch ? `${minibatch.index + 1}/${minibatch.count}` : String(knobs.epochs),
      words: minibatch ? 'minibatches of PPO' : knobs.epochs === 1 ? 'epoch of PPO' : 'epochs of PPO',
      term: 'ppo',
    },
  ];
  // While the policy is measured, every stage of its update lies behind it.
  const evaluating = phase?.phase === 'evaluate';
  const active = evaluating
    ? stages.length
    : stages.findIndex(
        ({ phases }) => phase !== undefined && (phases as readonly Phase[]).includes(phase.phase),
      );
  return stages.map((stage, index) => ({
    ...stage,
    state: index === active ? 'active' : index < active ? 'done' : 'ahead',
  }));
}
