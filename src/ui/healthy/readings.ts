import type { ExampleName } from '../../record/example-runs.ts';
import type { ReadTerm } from './terms.ts';

/** The version whose names are given, as read. */
export const TRL = 'its documentation at commits 0aea314, PPO Trainer, and 010dd23, GRPO Trainer';

/** What is said of a chart besides what its term means. What is said of a run is so in its file: a test holds each sentence to the numbers. */
interface Reading {
  how: string;
  runs: Readonly<Record<ExampleName, string>>;
  /** What the paper has of it. */
  paper: string;
  /** What TRL calls it. */
  trl: string;
}

/** By the term of a chart's name. */
export const readings: Readonly<Record<ReadTerm, Reading>> = {
  'pass-at-1': {
    how: 'It should rise and then level off. Look at held-out, the tasks that are never trained on: where train goes on rising without it, the policy learns by heart. One step up or down within the shaded band is chance.',
    runs: {
      healthy: 'Rises by 0.3, held-out and train together: what is learned carries over.',
      'no-kl': 'Rises until update 15, then falls below where it began: from there on only the score gained.',
      'high-rate': 'Falls to 0 and stays there. Nothing that passes is left to learn from.',
    },
    paper:
      'pass@1 on HumanEval, MBPP and LeetCode, greedy, at the best checkpoint: on HumanEval 80.2 without a filter, 82.4 under best-worst.',
    trl: 'None: it runs no programs. With tests as a reward function GRPOTrainer logs reward/NAME/mean, of its batch.',
  },
  score: {
    how: 'It should rise, since that is what the policy is trained for: so a rise alone proves little. Hold it against pass@1: both rising is learning, the score alone is gaming. Scores of two reward models have no common unit.',
    runs: {
      healthy: 'Rises by more than a deviation, and pass@1 with it.',
      'no-kl': 'Rises by as much, to the very end, while pass@1 falls. This chart alone looks healthy.',
      'high-rate': 'Rises by a third of a deviation while not one program passes.',
    },
    paper: 'The score, less β × KL, is what PPO makes as large as it can.',
    trl: 'objective/scores in PPOTrainer, reward in GRPOTrainer.',
  },
  r2: {
    how: 'The higher, the better the score tells what passes from what fails, among what is kept. It swings from batch to batch, and sinks by itself where almost all pass: look whether it stays away from 0. A gap is a batch of which too few pass, or too few fail.',
    runs: {
      healthy: 'Swings between 0.07 and 0.55 and keeps coming back: the score goes on telling something.',
      'no-kl': 'Falls from 0.59 to below 0.1 by the end: what scores high hardly passes more often.',
      'high-rate': 'Falls to 0, then is undefined: nothing passes, so there is nothing to tell apart.',
    },
    paper:
      'Between groups of similar score, of the policy before PPO, to choose a filter: 0.886 without one, 0.952 for best-worst.',
    trl: 'None.',
  },
  kl: {
    how: 'It begins at 0 and should rise, then level off: the policy has to move to learn. No value is right for all; look whether pass@1 still gains by it. Where it climbs and pass@1 does not, the policy games the score. A single batch may be a little below 0; a mean that stays there says that what was written is not what the policy would write.',
    runs: {
      healthy: 'Levels off near 2 nats.',
      'no-kl': 'Passes 2 nats after update 15, where pass@1 turns, and is at 17 in the end.',
      'high-rate': 'At 22 nats within five updates: its first steps alone were too large.',
    },
    paper: 'β × KL is taken off the score; the released code has β = 0.01 throughout.',
    trl: 'objective/kl in PPOTrainer; kl in GRPOTrainer, by another estimate (k3). Not policy/approxkl_avg, which is between one policy and the next.',
  },
  entropy: {
    how: 'It should sink slowly, as the policy makes up its mind. A plunge to 0 means that every prompt gets one answer; a jump up, that the policy forgets how to write.',
    runs: {
      healthy: 'Sinks from 0.09 to 0.05.',
      'no-kl':
        'Sinks as in the healthy run until update 15, and then rises above where it began: late, and by little.',
      'high-rate': 'More than doubles within five updates, then falls and rises again.',
    },
    paper: 'Nothing that we know of.',
    trl: 'policy/entropy_avg in PPOTrainer, entropy in GRPOTrainer.',
  },
};
