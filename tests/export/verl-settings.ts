/**
 * Settings of verl's that an export sets, as `verl/trainer/config/_generated_ppo_trainer.yaml` at 01d4d76 and `ppo_trainer.yaml` at 05a1edd
 * (`trainer`) have them: whoever adds an override looks it up there first.
 */
const names: Record<string, string> = {
  algorithm:
    'adv_estimator gamma lam use_kl_in_reward kl_penalty kl_ctrl.type kl_ctrl.kl_coef use_pf_ppo pf_ppo.reweight_method',
  data: 'train_files val_files train_batch_size shuffle seed max_prompt_length max_response_length val_max_samples',
  'actor_rollout_ref.rollout': 'name n temperature top_p top_k val_kwargs.do_sample val_kwargs.temperature',
  'actor_rollout_ref.model': 'path',
  'actor_rollout_ref.actor':
    'ppo_mini_batch_size ppo_epochs shuffle data_loader_seed clip_ratio clip_ratio_low clip_ratio_high clip_ratio_c loss_agg_mode ' +
    'entropy_coeff use_kl_loss use_dynamic_bsz optim.lr optim.betas optim.weight_decay optim.clip_grad',
  critic:
    'ppo_epochs shuffle cliprange_value model.path optim.lr optim.betas optim.weight_decay optim.clip_grad',
  'reward.custom_reward_function': 'path name',
  trainer:
    'total_training_steps test_freq n_gpus_per_node use_v1 balance_batch critic_warmup rollout_data_dir',
};

export const settings: ReadonlySet<string> = new Set(
  Object.entries(names).flatMap(([group, list]) => list.split(' ').map((name) => `${group}.${name}`)),
);
