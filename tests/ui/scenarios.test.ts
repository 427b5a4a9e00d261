import { describe, expect, test } from 'vitest';
import { checkKnobs, defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { Evidence } from '../../src/ppo/evidence.ts';
import { addressOf, configFromAddress } from '../../src/ui/address.ts';
import { expectationOf, trackRecord } from '../../src/ui/evidence.ts';
import { scenarioOf, scenarios } from '../../src/ppo/scenarios.ts';

describe('a scenario', () => {
  test.each(scenarios)('$id can be trained with, and is found again by its knobs', (scenario) => {
    const knobs = { ...defaultKnobs, ...scenario.knobs };
    expect(checkKnobs(knobs)).toBeUndefined();
    expect(scenarioOf(knobs)).toBe(scenario);
    const { knobs: shared } = configFromAddress(addressOf('', defaultConfig, knobs)).config;
    expect(scenarioOf(shared)).toBe(scenario);
  });

  test('is what the page begins with: the first', () => {
    expect(scenarioOf(defaultKnobs)).toBe(scenarios[0]);
  });

  test('is not where a visitor made another noise, but noise without a meaning changes none', () => {
    const noisy = scenarios.find(({ knobs }) => knobs.teacher === 'tests')!;
    const noise = { ...noisy.knobs.noise, share: 0.123 };
    expect(scenarioOf({ teacher: 'tests', noise })).toBeUndefined();
    expect(scenarioOf({ teacher: 'strong', noise })?.id).toBe('good reward');
  });
});

describe('what the page says of the suite', () => {
  const against = { mean: 0.0512, low: 0.02, high: 0.08, p: 0.004, ahead: 7, seeds: 8 };
  const evidence: Evidence = {
    ...{ suite: 's', command: 'c', updates: 40 },
    sources: [
      { id: 'x', filters: [{ id: 'best-worst', drawn: { ...against, mean: -0.01 }, flops: against }] },
    ],
    predictors: [{ name: 'gamma', right: 14, of: 16, spearman: 0.8, low: 0.5, high: 0.9 }],
  };

  test('is what it measured, in seeds and intervals', () => {
    expect(expectationOf('x', evidence)).toBe(
      'In our suite (40 updates, each at its own best β and learning rate) best-worst against none came to +0.05 ± 0.03 pass@1, ahead in 7 of 8 runs at equal FLOPs; ' +
        '−0.01 ± 0.03 pass@1, ahead in 7 of 8 runs at equal responses drawn.',
    );
    expect(trackRecord('gamma', 'Γ', evidence)).toMatch(
      /named the better of a filter and none in 14 of 16 clear cases\.$/,
    );
  });

  test('is nothing where it measured nothing', () => {
    expect(expectationOf('y', evidence)).toBeUndefined();
    expect(trackRecord('r2', 'R²', evidence)).toBeUndefined();
  });
});
