import { expect, it } from 'vitest';
import { headless } from '../scripts/headless.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import type { Metrics } from '../src/protocol/metrics.ts';

it(
  'ten updates at the standard settings: the policy and its critic learn',
  { timeout: 120_000 },
  async () => {
    const knobs = { ...defaultKnobs, evalEvery: 10 };
    const passRates: number[] = [];
    const explained: number[] = [];
    const run = await headless({ ...defaultConfig, engine: 'cpu', knobs }, (event) => {
      if (event.type === 'evaluated') passRates.push(event.metrics['eval/pass@1_held_out']!);
    });
    const told = (metrics: Metrics) => explained.push(metrics['value/explained_variance']!);
    for await (const event of run.events) {
      if (event.type === 'updated') told(event.metrics);
      if (event.type === 'phase' && event.update > 10) break;
    }
    await run.settled();
    run.free();
    expect(passRates[1]).toBeGreaterThan(passRates[0] + 0.1);
    const last = explained.slice(-5);
    expect(last.reduce((sum, value) => sum + value / last.length, 0)).toBeGreaterThan(0.3);
  },
);
