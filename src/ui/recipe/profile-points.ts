import { filters, fitFilter, keptPerPrompt, rankWeights } from '../../ppo/filter.ts';
import type { FilterConfig } from '../../protocol/config.ts';

/** A profile that has a name: the weights by which a filter of the paper draws ranks. */
export interface ProfilePoint {
  name: string;
  /** (N) weights, best rank first, summing to 1. */
  profile: number[];
  /** How many that filter keeps of each prompt. */
  keep: number;
  /** The profile is the one that is set. */
  isSet: boolean;
}

/** The weights of the paper's filters for groups of that size, each once; the paper's filters keep two. */
export function profilePoints(config: FilterConfig, groupSize: number): ProfilePoint[] {
  const weightsOf = (filter: FilterConfig) => rankWeights(fitFilter(filter, groupSize), groupSize);
  const points = new Map<string, ProfilePoint>();
  const now = weightsOf(config);
  for (const { name, isCompared } of filters) {
    if (!isCompared) continue;
    const filter = { ...config, name, keep: 2 };
    const profile = weightsOf(filter);
    const keep = keptPerPrompt(filter, groupSize) ?? filter.keep;
    const isSet = profile.every((weight, rank) => Math.abs(weight - now[rank]) < 1e-9);
    // The control that draws any has the weights of all.
    if (!points.has(profile.join())) points.set(profile.join(), { name, profile, keep, isSet });
  }
  return [...points.values()];
}
