import type { ExportSource } from './source.ts';
import { minibatchesOf } from './minibatches.ts';

/** The knobs in the names of others: TRL's `PPOConfig`, OpenRLHF's flags; an empty text where there is none. */
interface OtherNames {
  knob: string;
  value: string | number;
  trl: string;
  openrlhf: string;
}

/**
 * From trl/experimental/ppo/ppo_config.py at 496cb7f and ppo_trainer.py at 0062ee1, and openrlhf/cli/train_ppo_ray.py at f5b3f08.
 */
export const otherNames = (source: ExportSource): OtherNames[] => [...algorithm(source), ...steps(source)];

function algorithm({ knobs, config }: ExportSource): OtherNames[] {
  const { prompts, groupSize } = minibatchesOf(knobs);
  const { clipRange, klCoef, gamma, gaeLambda, temperature, filter } = knobs;
  return [
    {
      ...{ knob: 'prompts per update', value: prompts },
      trl: '`per_device_train_batch_size` × `gradient_accumulation_steps` × GPUs',
      openrlhf: '`--rollout_batch_size`',
    },
    {
      ...{ knob: 'responses per prompt, N', value: groupSize },
      trl: 'none: one to each row of the data set',
      openrlhf: '`--n_samples_per_prompt`',
    },
    { knob: 'temperature', value: temperature, trl: '`temperature`', openrlhf: '`--temperature`' },
    {
      ...{ knob: 'filter', value: filter.name },
      trl: 'no such thing',
      openrlhf: 'none by rank; `--dynamic_filtering` leaves out prompts by their mean reward',
    },
    {
      ...{ knob: 'whitening of advantages', value: knobs.whitening },
      trl: 'always, over the whole batch of a process',
      openrlhf: '`--no_advantage_std_norm` leaves the division out, not the mean',
    },
    {
      ...{ knob: 'β, fixed, k1', value: klCoef },
      trl: '`kl_coef`, `kl_estimator="k1"`',
      openrlhf: '`--init_kl_coef` without `--kl_target`, `--kl_estimator k1`',
    },
    { knob: 'γ', value: gamma, trl: '`gamma`', openrlhf: '`--gamma`' },
    { knob: 'λ', value: gaeLambda, trl: '`lam`', openrlhf: '`--lambd`' },
    {
      ...{ knob: 'clip range ε', value: clipRange > 1e6 ? 'off' : clipRange },
      trl: '`cliprange`',
      openrlhf: '`--eps_clip`',
    },
    {
      ...{ knob: 'clip range of values', value: config.valueClipRange },
      trl: '`cliprange_value`, with `vf_coef` since one optimizer serves both',
      openrlhf: '`--value_clip`',
    },
  ];
}

function steps({ knobs, config }: ExportSource): OtherNames[] {
  const { epochs, learningRate } = knobs;
  const { rows } = minibatchesOf(knobs);
  return [
    { knob: 'epochs', value: epochs, trl: '`num_ppo_epochs`', openrlhf: '`--max_epochs`' },
    {
      ...{ knob: 'responses per Adam step', value: rows },
      trl: '`num_mini_batches`: of a batch, how many',
      openrlhf: '`--train_batch_size`',
    },
    {
      ...{ knob: 'learning rate of the policy', value: learningRate },
      trl: '`learning_rate`',
      openrlhf: '`--actor_learning_rate`',
    },
    {
      ...{ knob: 'learning rate of the critic', value: config.criticLearningRate },
      trl: 'the policy’s',
      openrlhf: '`--critic_learning_rate`',
    },
    {
      ...{ knob: 'Adam’s β₁, β₂', value: `${config.adamBeta1}, ${config.adamBeta2}` },
      trl: '`adam_beta1`, `adam_beta2`',
      openrlhf: '`--adam_betas`',
    },
    { knob: 'weight decay', value: config.weightDecay, trl: '`weight_decay`', openrlhf: '`--l2`' },
    {
      knob: 'norm of the gradient, at most',
      value: config.maxGradNorm,
      trl: '`max_grad_norm`',
      openrlhf: '`--max_norm`',
    },
    {
      ...{ knob: 'scores standardised, clamped', value: 'to ±5' },
      trl: 'none (`whiten_rewards` divides rewards of tokens)',
      openrlhf: '`--normalize_reward`, `--reward_clip_range`',
    },
    {
      ...{ knob: 'no end token', value: 'scores −2' },
      trl: '`missing_eos_penalty` is taken off',
      openrlhf: 'no such thing',
    },
    { knob: 'seed', value: config.seed, trl: '`seed`', openrlhf: '`--seed`' },
  ];
}
