import { noneName, reads, readsMode, runsCode, samplingPlan } from '../ppo/filter.ts';
import { OFF, type Knobs } from '../protocol/config.ts';
import { minibatchesOf } from './minibatches.ts';
import type { ExportSource } from './source.ts';

/** One override of Hydra's, and what is to be known of it. */
export interface Override {
  key: string;
  value: string;
  /** Where the meaning differs from the tab's, or is not plain. A sentence, without its full stop. */
  says?: string;
}
export interface Section {
  title: string;
  overrides: Override[];
}

/** The paper's rates (arXiv 2409.06957, for 7B): what suits the tab's models of 35,000 parameters says nothing of others. */
const PAPER_RATES = { actor: '5e-7', critic: '9e-6' };
/** Above what a ratio of probabilities comes to. */
const NO_LIMIT = '1000000.0';
/** Updates where the source did none: those of our suites. */
const SUITE_UPDATES = 60;

/**
 * What `algorithm.pf_ppo.reweight_method` says, as `pf_ppo_filters.py` reads it: options that the filter reads, all of them.
 */
export function filterSpec(knobs: Knobs, seed: number): string {
  const { filter, whitening } = knobs;
  const { rows, groupSize } = minibatchesOf(knobs);
  return [
    filter.name,
    readsMode(filter) && `mode=${filter.mode}`,
    reads(filter, 'keep') && `keep=${filter.keep}`,
    reads(filter, 'profile') && `profile=${filter.profile.slice(0, groupSize).join('/')}`,
    ...[`whitening=${whitening}`, `rows=${rows}`, `seed=${seed}`],
  ]
    .filter(Boolean)
    .join(' ');
}

/** True where verl's own PPO is the same without a filter of ours: nothing is left out, and whitening is verl's. */
export const needsNoFilter = ({ filter, whitening }: Knobs): boolean =>
  (filter.name === noneName || samplingPlan(filter, 1, 2).groupSize === 1) &&
  (filter.mode === 'select' || !readsMode(filter)) &&
  (whitening === 'all' || whitening === 'kept');

const clip = (range: number) => (range === OFF ? NO_LIMIT : String(range));

function algorithm({ knobs, config }: ExportSource): Override[] {
  const { advantage, klCoef, gamma, gaeLambda } = knobs;
  const estimator = { gae: 'gae', group: 'grpo', rloo: 'rloo' }[advantage];
  const isOff = needsNoFilter(knobs);
  return [
    {
      key: 'algorithm.adv_estimator',
      value: estimator,
      says:
        advantage === 'gae'
          ? undefined
          : 'Not the same: verl gives every token the whole response’s KL with its score, the tab what is left of it; and verl calls the filter under gae alone',
    },
    { key: 'algorithm.gamma', value: String(gamma) },
    {
      key: 'algorithm.lam',
      value: String(gaeLambda),
      ...(advantage !== 'gae' && { says: 'Of the critic’s returns alone' }),
    },
    { key: 'algorithm.use_kl_in_reward', value: klCoef > 0 ? 'True' : 'False' },
    {
      key: 'algorithm.kl_penalty',
      value: 'kl',
      says: 'k1, the difference of log-probs, once, as the tokens were sampled',
    },
    { key: 'algorithm.kl_ctrl.type', value: 'fixed' },
    {
      key: 'algorithm.kl_ctrl.kl_coef',
      value: String(klCoef),
      says: 'β a token, as in the tab; what it weighs depends on the scale of the scores and the length of the responses, so tune it',
    },
    {
      key: 'algorithm.use_pf_ppo',
      value: isOff ? 'False' : 'True',
      ...(isOff && { says: 'Nothing is left out, and verl whitens over the whole batch by itself' }),
    },
    ...(isOff
      ? []
      : [
          {
            key: 'algorithm.pf_ppo.reweight_method',
            value: `'${filterSpec(knobs, config.seed)}'`,
            says: runsCode(knobs.filter)
              ? 'NOT TRANSLATED: the filter is code of a visitor’s, in own-filter.js. Training stops with a sentence until pf_ppo_filters.py has one of this name'
              : 'Read by pf_ppo_filters.py, which stands in the place of verl’s own max_min and max_random',
          },
        ]),
  ];
}

function sampling({ knobs, config, updates }: ExportSource): Override[] {
  const { temperature, evalEvery, evalPrompts } = knobs;
  const { prompts, groupSize } = minibatchesOf(knobs);
  return [
    { key: 'data.train_batch_size', value: String(prompts), says: 'Prompts of an update' },
    { key: 'actor_rollout_ref.rollout.n', value: String(groupSize), says: 'N, responses to each' },
    { key: 'actor_rollout_ref.rollout.temperature', value: String(temperature) },
    { key: 'actor_rollout_ref.rollout.top_p', value: '1.0' },
    { key: 'actor_rollout_ref.rollout.top_k', value: '-1' },
    {
      key: 'data.shuffle',
      value: 'True',
      says: 'The tab draws the tasks of each update anew; verl goes through all of them before one comes again',
    },
    { key: 'data.seed', value: String(config.seed) },
    { key: 'data.max_prompt_length', value: '512' },
    {
      key: 'data.max_response_length',
      value: '512',
      says: 'The tab’s programs have up to 60 words; a model that reasons first needs more',
    },
    {
      key: 'trainer.total_training_steps',
      value: String(updates > 0 ? updates : SUITE_UPDATES),
      says: updates > 0 ? 'As many updates as the run did' : 'As in our suites',
    },
    { key: 'trainer.test_freq', value: String(evalEvery), says: 'Updates between evaluations' },
    { key: 'data.val_max_samples', value: String(evalPrompts), says: 'Held-out prompts of an evaluation' },
    { key: 'actor_rollout_ref.rollout.val_kwargs.do_sample', value: 'True' },
    { key: 'actor_rollout_ref.rollout.val_kwargs.temperature', value: '1.0' },
  ];
}

function steps({ knobs, config }: ExportSource): Override[] {
  const { clipRange, epochs, learningRate } = knobs;
  const { size, rows, steps: count, tabSteps } = minibatchesOf(knobs);
  const betas = `[${config.adamBeta1},${config.adamBeta2}]`;
  const adam = (of: string, rate: string, tabRate: number): Override[] => [
    {
      key: `${of}.optim.lr`,
      value: rate,
      says: `The paper’s, for 7B. The tab’s ${tabRate} is for models of tens of thousands of parameters`,
    },
    { key: `${of}.optim.betas`, value: betas },
    { key: `${of}.optim.weight_decay`, value: String(config.weightDecay) },
    { key: `${of}.optim.clip_grad`, value: String(config.maxGradNorm) },
  ];
  const actor = 'actor_rollout_ref.actor';
  return [
    {
      key: `${actor}.ppo_mini_batch_size`,
      value: String(size),
      says:
        `verl counts prompts and multiplies by N: ${rows} rows, which the number of GPUs has to divide. ` +
        (count === undefined
          ? 'How many Adam steps an update has depends on what is kept; in the tab they are always ' +
            tabSteps
          : count === tabSteps
            ? `${count} Adam steps an update, as in the tab`
            : `${count} Adam steps an update, ${tabSteps} in the tab`),
    },
    { key: `${actor}.ppo_epochs`, value: String(epochs) },
    { key: 'critic.ppo_epochs', value: String(epochs) },
    { key: `${actor}.shuffle`, value: 'True' },
    { key: 'critic.shuffle', value: 'True' },
    { key: `${actor}.data_loader_seed`, value: String(config.seed) },
    { key: `${actor}.clip_ratio`, value: clip(clipRange), says: 'ε; verl reads the next two' },
    { key: `${actor}.clip_ratio_low`, value: clip(clipRange) },
    { key: `${actor}.clip_ratio_high`, value: clip(clipRange) },
    {
      key: `${actor}.clip_ratio_c`,
      value: NO_LIMIT,
      says: 'Off: the tab has no second clip for negative advantages; verl’s standard is 3',
    },
    { key: `${actor}.loss_agg_mode`, value: 'token-mean' },
    { key: `${actor}.entropy_coeff`, value: String(config.entropyCoef) },
    { key: `${actor}.use_kl_loss`, value: 'False', says: 'KL is in the reward' },
    { key: 'critic.cliprange_value', value: clip(config.valueClipRange) },
    ...adam(actor, PAPER_RATES.actor, learningRate),
    ...adam('critic', PAPER_RATES.critic, config.criticLearningRate),
  ];
}

const plumbing: Override[] = [
  { key: 'data.train_files', value: '"$here/data/train.parquet"' },
  { key: 'data.val_files', value: '"$here/data/held-out.parquet"' },
  {
    key: 'reward.custom_reward_function.path',
    value: '"$here/reward.py"',
    says: 'Before verl 0.7.1 custom_reward_function.path',
  },
  { key: 'reward.custom_reward_function.name', value: 'compute_score' },
  { key: 'actor_rollout_ref.model.path', value: '"$MODEL"' },
  { key: 'critic.model.path', value: '"$CRITIC"', says: 'In the paper it begins as the reward model' },
  { key: 'actor_rollout_ref.rollout.name', value: 'vllm' },
  {
    key: 'actor_rollout_ref.actor.use_dynamic_bsz',
    value: 'True',
    says: 'Micro-batches by tokens; changes no result',
  },
  { key: 'trainer.n_gpus_per_node', value: '"$GPUS"' },
  {
    key: '++trainer.use_v1',
    value: 'False',
    says: 'The v1 trainer, standard since 0.9, pairs filtered advantages with other rows (verl issue 7956)',
  },
  {
    key: 'trainer.balance_batch',
    value: 'False',
    says: 'It would order rows by length before the filter, and so break ties by length; in the tab the first sampled goes first',
  },
  { key: 'trainer.critic_warmup', value: '0' },
  {
    key: 'trainer.rollout_data_dir',
    value: 'null',
    says: 'Its dump takes scores from before the filter and rows from after it',
  },
];

/** Every setting of a run as verl 0.8.0 names it. */
export const sectionsOf = (source: ExportSource): Section[] => [
  { title: 'The algorithm', overrides: algorithm(source) },
  { title: 'Prompts and responses', overrides: sampling(source) },
  { title: 'Steps', overrides: steps(source) },
  { title: 'Files, models, machine', overrides: plumbing },
];

/** Text in lines of up to so many characters. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const isQuoted = (value: string) => value.startsWith('"');
const shellWord = ({ key, value }: Override) =>
  isQuoted(value) ? `${key}=${value}` : /[^\w.+\-=]/.test(value) ? `"${key}=${value}"` : `${key}=${value}`;

/** A script for bash that begins the run; more overrides can follow its name. */
export function trainScript(source: ExportSource): string {
  const lines = sectionsOf(source).flatMap(({ title, overrides }) => [
    `  # ---- ${title}`,
    ...overrides.flatMap((override) => [
      ...(override.says === undefined ? [] : wrapped(`${override.says}.`, 112).map((line) => `  # ${line}`)),
      `  ${shellWord(override)}`,
    ]),
  ]);
  return [
    '#!/usr/bin/env bash',
    '# PF-PPO as in the PF-PPO Playground, on verl 0.8.0. README.md beside this file says what is the same, and what is not.',
    'set -euo pipefail',
    'here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)',
    ': "${MODEL:?Set MODEL to the policy to begin with, a folder or a name that transformers loads}"',
    ': "${CRITIC:=$MODEL}" "${GPUS:=8}"',
    ': "${PF_PPO_PLAYGROUND:?Set PF_PPO_PLAYGROUND to a clone of the playground, for its judge}"',
    'export PF_PPO_PLAYGROUND',
    '# Where the actor that runs the trainer finds pf_ppo_filters.py.',
    'export PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}"',
    'overrides=(',
    ...lines,
    ')',
    'exec python3 "$here/train.py" "${overrides[@]}" "$@"',
    '',
  ].join('\n');
}
