/**
 * Every number that is known of a run, named as TRL names them where TRL has one. A misspelt chart does not compile. All are the run's own,
 * the same every time, but for `cost/seconds`, which the page takes down while it watches.
 */
export const metricNames = [
  'objective/scores',
  'objective/test_score',
  'objective/pass_rate',
  'objective/pass_rate_trials',
  'objective/pass@4',
  'filter/r2',
  'filter/r2_binned',
  'filter/kept',
  'policy/loss',
  'policy/approx_kl',
  'policy/clip_frac',
  'policy/entropy',
  'policy/kl_kept',
  'policy/grad_norm',
  'policy/adam_steps',
  'value/loss',
  'value/explained_variance',
  'cost/drawn',
  'cost/flops',
  'cost/seconds',
  'eval/pass@1_train',
  'eval/pass@1_held_out',
  'eval/scores',
  'eval/kl',
] as const;
export type MetricName = (typeof metricNames)[number];
/** A metric that is undefined for this update (R² of a constant, say) is absent or NaN, never 0. */
export type Metrics = Partial<Record<MetricName, number>>;
