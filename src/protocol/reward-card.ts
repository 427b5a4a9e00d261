/** What a learned reward model is worth, measured on the SFT policy's responses to held-out prompts unless it says otherwise. */
export interface RewardCard {
  /** Share of (right, wrong) pairs of one prompt that it orders rightly. */
  heldOut: number;
  /** The same share, of what a policy writes after so many updates of PPO under this model. */
  inTraining: { update: number; accuracy: number }[];
  /** Mean variance of the standardised score among the responses to one prompt. */
  varianceWithin: number;
  /** The logistic curve of the pass rate over the score, and how far tenths of the responses lie from it on average. */
  calibration: { slope: number; intercept: number; error: number };
  /** Pass rate of the 2 % with the highest scores. */
  topPassRate: number;
  /** By tenth of the score: its mean, the pass rate, and the deviation of that over resamples. */
  reliability: { scores: number[]; passRates: number[]; deviations: number[] };
}
