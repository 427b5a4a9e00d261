/** A suite of experiments in short, as the report makes it for the page. */

/** One filter against none, paired by seed: held-out pass@1. */
export interface Against {
  mean: number;
  low: number;
  high: number;
  p: number;
  /** Seeds with which it came out ahead. */
  ahead: number;
  seeds: number;
}
/** A suite in short. */
export interface Evidence {
  suite: string;
  command: string;
  updates: number;
  sources: {
    id: string;
    /** Each against no filter, at equal responses drawn, and at equal FLOPs. */
    filters: { id: string; drawn: Against; flops: Against }[];
  }[];
  /** How often a predictor, taken before training, named the better of a filter and none; and its rank correlation with the gain. */
  predictors: {
    name: string;
    right: number;
    of: number;
    spearman: number | null;
    low: number | null;
    high: number | null;
  }[];
}
