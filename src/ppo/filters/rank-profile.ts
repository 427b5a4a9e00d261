import { drawByWeight, ranksOf, sum, type Filter } from './definition.ts';

/**
 * w = a visitor's own. In mode `select` ranks are drawn one after another by weight without replacement, those of weight ≥ ½ before
 * all others: heavy ranks then get less than their weight, since none is kept twice.
 */
export const rankProfile: Filter = {
  name: 'rank-profile',
  reads: ['keep', 'profile'],
  keeps: ({ keep }) => keep,
  weights({ profile }, groupSize) {
    const total = sum(profile);
    return ranksOf(groupSize).map((rank) => (profile[rank] ?? 0) / total);
  },
  select({ keep }, weights, random) {
    // The allowance is for profiles such as (½, 1/14, …, 1/14), whose sum rounds to a little more than 1.
    const heavy = weights.map((weight) => (weight >= 0.5 - 1e-9 ? weight : 0));
    const light = weights.map((weight, rank) => (heavy[rank] > 0 ? 0 : weight));
    const ranks: number[] = [];
    for (const urn of [heavy, light]) {
      while (ranks.length < keep && urn.some((weight) => weight > 0)) {
        const rank = drawByWeight(urn, random);
        ranks.push(rank);
        urn[rank] = 0;
      }
    }
    return ranks;
  },
  says: () => ', drawn by the weight of their rank',
  isCompared: false,
  words: {
    title: 'Rank profile',
    text: 'Your own weight for every rank: drag the bars above the matrix, or focus one and press ↑ or ↓.',
  },
};
