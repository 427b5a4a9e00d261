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
      {
        id: 'x',
        filters: [
          {
            id: 'best-worst',
            drawn: { ...against, mean: -0.05, low: -0.08, high: -0.02, ahead: 1 },
            flops: against,
          },
        ],
      },
    ],
    predictors: [{ name: 'gamma', right: 14, of: 16, spearman: 0.8, low: 0.5, high: 0.9 }],
  };

  test('is what it measured, in seeds and intervals', () => {
    expect(expectationOf('x', evidence)).toEqual({
      says:
        'In our suite, with best-worst: from the same computation more was learned than without a filter; ' +
        'from the same number of programs less was learned than without a filter.',
      numbers:
        'Pass@1 on held-out tasks, less that without a filter: +0.05 ± 0.03, ahead in 7 of 8 runs, at equal FLOPs; ' +
        '−0.05 ± 0.03, ahead in 1 of 8 runs, at equal responses drawn. 40 updates, each at its own best β and learning rate.',
    });
    const [{ filters }] = evidence.sources;
    const alike = { ...against, low: -0.01 };
    const unsure = { ...evidence, sources: [{ id: 'x', filters: [{ ...filters[0], flops: alike }] }] };
    expect(expectationOf('x', unsure)?.says).toContain('computation about as much was learned as without');
    expect(trackRecord('gamma', 'Γ', evidence)).toMatch(
      /named the better of a filter and none in 14 of 16 clear cases\.$/,
    );
  });

  test('is nothing where it measured nothing', () => {
    expect(expectationOf('y', evidence)).toBeUndefined();
    expect(trackRecord('r2', 'R²', evidence)).toBeUndefined();
  });
});
