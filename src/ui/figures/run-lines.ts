/** Which metrics of a run are drawn, and how: the lines of the charts over its updates. */
import { smoothly, type Line } from './time-chart.ts';

/** Score, R², KL and entropy. @param smoothing of what is measured of every batch; evaluations stay as they are */
export function runLines(smoothing: number): Record<'score' | 'r2' | 'kl' | 'entropy', Line[]> {
  const smooth = (line: Line) => smoothly(line, smoothing);
  const dotted = { width: 1, dash: [2, 3], ghost: false };
  return {
    score: [
      ...smooth({
        metric: 'objective/scores',
        label: /* @wc-include */ 'batch',
        token: '--score',
        width: 1.8,
      }),
      {
        metric: 'eval/scores',
        label: /* @wc-include */ 'sampled',
        token: '--score',
        width: 1.3,
        dash: [4, 3],
        ghost: false,
      },
    ],
    r2: [
      ...smooth({ metric: 'filter/r2', label: /* @wc-include */ 'kept', token: '--score', width: 1.8 }),
      ...smooth({ metric: 'filter/r2_binned', label: /* @wc-include */ 'bins', token: '--score', ...dotted }),
    ],
    kl: [
      ...smooth({ metric: 'policy/kl_kept', label: /* @wc-include */ 'kept', token: '--learner', ...dotted }),
      { metric: 'eval/kl', label: /* @wc-include */ 'sampled', token: '--learner', width: 1.8 },
    ],
    entropy: smooth({
      metric: 'policy/entropy',
      label: /* @wc-include */ 'mean',
      token: '--learner',
      width: 1.8,
    }),
  };
}

/**
 * pass@1 of batches and evaluations, with pass@4 of batches.
 *
 * @param at of how many trials they are shares at an update: prompts of an evaluation; of a batch, as many as it tells as much as
 */
export function truthLines(
  smoothing: number,
  at: Record<'prompts' | 'trials', NonNullable<Line['trials']>>,
): Line[] {
  const smooth = (line: Line) => smoothly(line, smoothing);
  return [
    ...smooth({
      ...{
        metric: 'objective/pass_rate',
        label: /* @wc-include */ 'batch',
        token: '--truth-faint',
        width: 1.2,
      },
      ...{ ghost: false, trials: at.trials },
    }),
    ...smooth({
      ...{ metric: 'objective/pass@4', label: 'pass@4', token: '--truth', width: 1 },
      ...{ dash: [2, 3], ghost: false },
    }),
    {
      ...{
        metric: 'eval/pass@1_train',
        label: /* @wc-include */ 'train',
        token: '--truth',
        width: 1.3,
        dash: [4, 3],
      },
      ...{ ghost: false, trials: at.prompts },
    },
    {
      ...{
        metric: 'eval/pass@1_held_out',
        label: /* @wc-include */ 'held-out',
        token: '--truth',
        width: 2.2,
      },
      trials: at.prompts,
    },
  ];
}
