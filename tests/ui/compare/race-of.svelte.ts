import type { ComponentProps } from 'svelte';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import type { RacePhase } from '../../../src/ui/compare/race.svelte.ts';
import type RaceResults from '../../../src/ui/compare/RaceResults.svelte';
import { run } from '../../evidence/suite-results.ts';

/** Two settings under two seeds, evaluated at updates 0, 10 … 100: KL is 0 at first, then 0.001, 0.01 and so on. */
export function raceOf(
  seeds = [1, 2],
  phase: RacePhase = 'over',
  second = defaultConfig,
): ComponentProps<typeof RaceResults>['race'] {
  const passes = Array.from({ length: 11 }, (_, i) => 0.2 + 0.04 * i);
  const runs = ['0', '1'].flatMap((arm) =>
    seeds.map((seed) => {
      const one = run(arm, seed, passes.map((pass) => pass + 0.01 * seed + 0.02 * Number(arm))); // prettier-ignore
      const evaluations = one.evaluations.map((evaluation, i) => ({ ...evaluation, kl: i && 10 ** (i - 4) }));
      return { ...one, evaluations };
    }),
  );
  const arms = ['none', 'best-worst'].map((filter, i) => ({
    ...{
      id: String(i),
      source: 'here',
      filter,
      klCoef: 0.05,
      learningRate: 1e-3,
      knobs: { ...defaultConfig.knobs },
    },
  }));
  const race: ReturnType<typeof raceOf> = $state({
    ...{ version: 1, axis: 'flops', phase, labels: ['none', 'best-worst'] },
    setup: { arms: [defaultConfig, second], seeds, updates: 100 },
    results: { suite: 'compare', command: '', arms, runs },
  });
  return race;
}
