import { runsCode } from '../ppo/filter.ts';
import { describeNoise, isNoisy } from '../ppo/noise.ts';
import { isRewardModel, type Knobs } from '../protocol/config.ts';
import { minibatchesOf } from './minibatches.ts';
import { filterSpec, needsNoFilter } from './overrides.ts';
import type { ExportSource } from './source.ts';

/** The cells of a table's row. */
export type Row = readonly (string | number)[];

const same = 'same';
const not = '**not the same**';

export function teacherText({ teacher, noise }: Knobs): string {
  if (teacher === 'tests')
    return isNoisy(noise) ? `the unit tests, with noise: ${describeNoise(noise)}` : 'the unit tests';
  if (teacher === 'own-score') return 'code of a visitor’s, in own-score.js';
  return `the playground’s reward model \`${teacher}\``;
}

/** The one teacher that is exported as it is. */
export const isExactTests = ({ teacher, noise }: Pick<Knobs, 'teacher' | 'noise'>): boolean =>
  teacher === 'tests' && !isNoisy(noise);

/** What is the same in verl as in the tab, and what is not: what, in the tab, in verl, whether. */
export const samenessRows = (source: ExportSource): Row[] => [
  ...choosing(source),
  ...losses(source),
  ...steps(source),
  ...surroundings(source),
];

function choosing({ knobs, config }: ExportSource): Row[] {
  const isOff = needsNoFilter(knobs);
  return [
    [
      'which responses are kept',
      isOff ? 'all' : 'by score, within the prompt unless the filter looks at the batch; ties: sampled first',
      isOff ? 'all' : `\`${filterSpec(knobs, config.seed)}\``,
      runsCode(knobs.filter) ? not : `${same}; other random numbers`,
    ],
    ['what they are ranked by', 'the score', 'the sum of `token_level_scores`, before KL', same],
    ['correction for the selection', 'not made', 'not made', same],
  ];
}

function losses({ knobs }: ExportSource): Row[] {
  const isOff = needsNoFilter(knobs);
  const isGae = knobs.advantage === 'gae' ? same : not;
  return [
    ['rewards of tokens', '−β(log π − log π_ref), the score on the last', 'the same', isGae],
    [
      'advantages',
      knobs.advantage === 'gae' ? 'GAE' : 'within the prompt, of each token what is left to be paid',
      knobs.advantage === 'gae' ? 'GAE' : 'within the prompt, of the response as a whole',
      isGae,
    ],
    [
      'whitening',
      `\`${knobs.whitening}\`, population variance`,
      isOff
        ? 'verl’s, over the batch, with n − 1 in the variance'
        : 'worked out anew from `returns − values`',
      isOff ? `${same} but for a factor √((n − 1)/n)` : same,
    ],
    ['policy loss', 'clipped, mean over the minibatch’s tokens', '`token-mean`, second clip off', same],
    ['value loss', '½ max of squares, clipped', 'the same', same],
  ];
}

function steps({ knobs }: ExportSource): Row[] {
  const { steps: count, tabSteps, kept, rows } = minibatchesOf(knobs);
  const list: Row[] = [
    [
      'Adam steps of an update',
      tabSteps,
      count ?? `as many minibatches of ${rows} rows as what is kept fills`,
      count === tabSteps ? same : not,
    ],
  ];
  const isFilled = 'is filled up with masked rows, which count nowhere';
  if (kept === undefined || kept % rows !== 0)
    list.push(['an incomplete minibatch', 'cannot be', isFilled, 'same gradient, other minibatches']);
  const noGradient = 'steps without a gradient: Adam’s momentum still moves';
  if (kept === undefined) list.push(['nothing is kept', 'no step is taken', noGradient, not]);
  return list;
}

function surroundings({ knobs, config }: ExportSource): Row[] {
  const { teacher, learningRate } = knobs;
  const isLearned = isRewardModel(teacher);
  const scores: Row = [
    'scores',
    'standardised, clamped to ±5',
    'a reward model of verl’s: as it says them',
    not,
  ];
  return [
    ['prompts of an update', 'drawn anew each time', 'all before one comes again', not],
    ['model', 'tens of thousands of parameters, made for these tasks', '`MODEL`', not],
    ['what it reads', 'the statement, in 15 or so words', 'an instruction with the signature', not],
    ['what it writes', 'the body of the function', 'prose, with the function in a block of code', not],
    ['teacher', teacherText(knobs), 'the unit tests: 2·(share passed) − 1', isExactTests(knobs) ? same : not],
    ...(isLearned ? [scores] : []),
    ['no end token', 'scores −2', 'scores what the tests say of the text so far', not],
    [
      'critic begins as',
      isLearned ? 'the reward model' : 'the policy, under a head of zeros',
      '`CRITIC`, under a new head',
      not,
    ],
    ['learning rates', `${learningRate}, ${config.criticLearningRate}`, 'the paper’s', not],
    [
      'log-probs of sampling',
      'those that are learned from',
      'computed once more by the trainer',
      'but for rounding',
    ],
  ];
}
