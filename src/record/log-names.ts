/**
 * What metrics of verl, TRL and OpenRLHF are called there, and what of ours they are, if any. Read from their sources, see docs/logs.md. Only
 * what our charts draw is given a name of ours, and only where it means the same; where it nearly does, a note says what differs.
 */
import type { MetricName } from '../protocol/metrics.ts';
import type { RunLog } from './run-log.ts';

export interface NameRule {
  /** The name, or what names of its kind look like. */
  theirs: string | RegExp;
  ours?: MetricName;
  /** It counts as a share: outside of 0 to 1 it is none. */
  isShare?: boolean;
  /** What is not quite the same, of what is drawn. */
  note?: string;
  /** Why it is not drawn. */
  why?: string;
}

export interface Maker {
  name: Exclude<RunLog['maker'], 'UNIPO'>;
  /** Names that it alone logs: its logs are known by them. */
  marks: RegExp;
  /** Of several that are the same of ours the first is drawn. */
  rules: readonly NameRule[];
}

const OF_A_TOKEN =
  'It is the KL to the reference of a token, on average; here KL is that of a whole response.';
const BETWEEN =
  'It is the distance between one policy and the next, by another estimate than here. It is not the KL to the reference.';
const LESS_PENALTY = 'It is the score less the penalty for KL, and no score.';
const NO_CHART = 'No chart of this page draws it.';
const ALL_RESPONSES =
  'Entropy and clipping are over all responses of a batch; here over those that were kept.';

/** Why a metric that has a name of ours is not drawn after all. */
export const undrawn = {
  hasNone: 'It has no number.',
  isNoShare: 'It goes beyond 0 to 1: it is no pass rate.',
  another: (name: string) => `Drawn in its place: ${name}.`,
};

const verl: Maker = {
  name: 'verl',
  marks:
    /^(actor|critic|val-core|val-aux|timing_s|timing_per_token_ms|perf|global_seqlen|prompt_length|response_length)\//,
  rules: [
    { theirs: 'critic/score/mean', ours: 'objective/scores' },
    { theirs: 'actor/pg_clipfrac', ours: 'policy/clip_frac', note: ALL_RESPONSES },
    { theirs: 'actor/entropy', ours: 'policy/entropy', note: ALL_RESPONSES },
    { theirs: 'actor/entropy_loss', ours: 'policy/entropy', note: ALL_RESPONSES },
    {
      theirs: /^val-core\/.+\/acc\/mean@\d+$/,
      ours: 'eval/pass@1_held_out',
      isShare: true,
      note: 'Its pass@1 is the mean accuracy over all samples of a validation, as its own reward function has it.',
    },
    { theirs: /^val-core\/.+\/reward\/mean@\d+$/, ours: 'eval/scores' },
    { theirs: 'actor/reward_kl_penalty', why: OF_A_TOKEN },
    { theirs: 'actor/kl_loss', why: OF_A_TOKEN },
    { theirs: 'actor/ppo_kl', why: BETWEEN },
    { theirs: 'critic/rewards/mean', why: LESS_PENALTY },
    { theirs: /^(actor\/(pg_loss|grad_norm)|critic\/(vf_loss|vf_explained_var))$/, why: NO_CHART },
  ],
};

const trl: Maker = {
  name: 'TRL',
  marks:
    /^(objective\/(kl|scores|entropy|rlhf_reward|non_score_reward)|(policy|loss|val)\/\w+_avg|val\/(ratio|ratio_var|num_eos_tokens)|completions\/.+|clip_ratio\/.+|rewards?\/.+\/(mean|std)|reward_std|frac_reward_zero_std)$/,
  rules: [
    { theirs: 'objective/scores', ours: 'objective/scores' },
    {
      theirs: 'reward',
      ours: 'objective/scores',
      note: 'Its steps are those of the optimiser: several of them can be one update of ours.',
    },
    {
      theirs: 'objective/kl',
      ours: 'policy/kl_kept',
      note: 'Its KL is of all responses of a batch; here of those that were kept.',
    },
    { theirs: 'policy/clipfrac_avg', ours: 'policy/clip_frac', note: ALL_RESPONSES },
    { theirs: 'clip_ratio/region_mean', ours: 'policy/clip_frac', note: ALL_RESPONSES },
    {
      theirs: 'policy/entropy_avg',
      ours: 'policy/entropy',
      note: 'Its entropy is over all places of a batch, also those after a response has ended.',
    },
    { theirs: 'entropy', ours: 'policy/entropy', note: ALL_RESPONSES },
    { theirs: /^eval[_/]reward$/, ours: 'eval/scores' },
    { theirs: 'kl', why: OF_A_TOKEN },
    { theirs: 'policy/approxkl_avg', why: BETWEEN },
    { theirs: 'objective/rlhf_reward', why: LESS_PENALTY },
    {
      theirs: 'objective/entropy',
      why: 'It is minus the log-prob of a whole response, and no entropy of a token.',
    },
    { theirs: /^(loss\/(policy|value)_avg|grad_norm|loss)$/, why: NO_CHART },
  ],
};

const openRlhf: Maker = {
  /* @wc-ignore */ name: 'OpenRLHF',
  marks:
    /^(policy_loss|critic_loss|actor_lr|critic_lr|ppo_clip_ratio|ppo_kl|vllm_kl|response_length|total_length|return|response_clip_ratio|eval[_/](.+_)?pass\d+)$/,
  rules: [
    { theirs: 'reward', ours: 'objective/scores' },
    { theirs: 'ppo_clip_ratio', ours: 'policy/clip_frac', note: ALL_RESPONSES },
    { theirs: 'entropy_loss', ours: 'policy/entropy', note: ALL_RESPONSES },
    {
      theirs: /^eval[_/](.+_)?pass1$/,
      ours: 'eval/pass@1_held_out',
      isShare: true,
      note: 'Its pass1 is the mean reward of an evaluation: a pass rate only where a reward is 0 or 1.',
    },
    { theirs: /^eval[_/](.+_)?reward_mean$/, ours: 'eval/scores' },
    { theirs: 'kl', why: OF_A_TOKEN },
    { theirs: /^(ppo_kl|vllm_kl)$/, why: BETWEEN },
    { theirs: 'return', why: LESS_PENALTY },
    { theirs: /^(policy_loss|critic_loss)$/, why: NO_CHART },
  ],
};

export const makers: readonly Maker[] = [verl, trl, openRlhf];

/** Without what trackers put before the names of a training batch. */
export const bareName = (name: string): string => name.replace(/^train\//, '');

/** The first rule of a maker for a name. */
export const ruleOf = ({ rules }: Maker, name: string): NameRule | undefined =>
  rules.find(({ theirs }) => (typeof theirs === 'string' ? theirs === name : theirs.test(name)));
