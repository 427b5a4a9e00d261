import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveModels } from '../../workers/models-site.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { RunConfig } from '../../../src/protocol/config.ts';
import { RaceRun, type RaceRunState } from '../../../src/ui/compare/race-run.ts';
import type { OpenThreads } from '../../../src/ui/run/threads.ts';
import { sessionThreads } from '../../workers/threads.ts';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => {
  site = await serveModels();
});
afterAll(() => site.close());

const knobs = { ...defaultKnobs, promptsPerUpdate: 4, groupSize: 4, evalEvery: 2, evalPrompts: 4 };
const config: RunConfig = { ...defaultConfig, engine: 'cpu', seed: 3, knobs };
const UPDATES = 4;

const fresh = (): RaceRunState => ({ arm: 0, seed: 3, seconds: [], predictors: [] });

/** A run to which turns are given until `isOver` says so. */
async function given(
  turns: (run: RaceRun) => boolean,
  openThreads: OpenThreads,
  state = fresh(),
  saved?: ConstructorParameters<typeof RaceRun>[5],
): Promise<RaceRun> {
  return new Promise((settle) => {
    const next = () => {
      if (turns(run)) return settle(run);
      if (!run.isBusy && !run.isThrough) run.advance();
    };
    const run = new RaceRun(config, state, UPDATES, openThreads, () => setImmediate(next), saved);
    next();
  });
}
const isDone = ({ state }: RaceRun) => state.isDone === true;

it('trains an update a turn, and comes to what a suite would keep', async () => {
  const seen: number[] = [];
  const run = await given(
    (one) => {
      if (!one.isBusy) seen.push(one.update);
      return isDone(one);
    },
    sessionThreads({ baseUrl: site.url }),
  );
  expect([...new Set(seen)]).toEqual([0, 1, 2, 3, 4]);
  const { outcome, seconds, predictors } = run.state;
  expect(outcome).toMatchObject({ arm: '0', seed: 3 });
  expect(outcome!.evaluations.map(({ update }) => update)).toEqual([0, 2, 4]);
  // 16 responses an update, of which 8 are learned from; at least two steps.
  expect(outcome!.evaluations.map(({ drawn, trained }) => [drawn, trained])).toEqual([
    [0, 0],
    [32, 16],
    [64, 32],
  ]);
  const [, two, four] = outcome!.evaluations;
  expect(two.flops).toBeGreaterThan(0);
  expect(four.flops / two.flops).toBeGreaterThan(1.5);
  expect(four.flops / two.flops).toBeLessThan(2.5);
  expect(Object.keys(seconds)).toEqual(['1', '2', '3', '4']);
  expect(four.seconds).toBeCloseTo(seconds.reduce((sum, one) => sum + one, 0));
  expect(predictors).toMatchObject([{ update: 0 }]);
  expect(Object.keys(predictors[0].values)).toEqual(['gamma', 'r2-binned']);
});

it('goes on from where it was left, to the same numbers', async () => {
  const openThreads = sessionThreads({ baseUrl: site.url });
  const whole = await given(isDone, openThreads);
  // Done, it can be kept as a run like any other.
  expect(whole.saved()?.state.update).toBe(4);
  const half = await given((run) => run.update >= 2 && !run.isBusy && run.saved() !== undefined, openThreads);
  const saved = structuredClone(half.saved());
  const state = structuredClone(half.state);
  half.close();
  const trained: number[] = [];
  const counting: OpenThreads = (beginning, onNotice, onLost) =>
    openThreads(
      beginning,
      (notice) => {
        if (notice.type === 'updated') trained.push(notice.update);
        onNotice(notice);
      },
      onLost,
    );
  const rest = await given(isDone, counting, state, saved);
  // What was done is not done again.
  expect(trained).toEqual([3, 4]);
  const numbers = ({ state: { outcome, predictors } }: RaceRun) => ({
    predictors,
    evaluations: outcome!.evaluations.map((evaluation) => ({ ...evaluation, seconds: 0 })),
  });
  expect(numbers(rest)).toEqual(numbers(whole));
  expect(rest.state.outcome!.evaluations.at(-1)!.seconds).toBeGreaterThan(0);
});

it('trains again what its threads took with them, and is given up where they go again and again', async () => {
  const open = sessionThreads({ baseUrl: site.url });
  let losses = 0;
  const losing =
    (most: number): OpenThreads =>
    (beginning, onNotice, onLost) =>
      open(
        beginning,
        (notice) => {
          onNotice(notice);
          if (notice.type === 'updated' && notice.update === 2 && losses < most) {
            losses++;
            onLost('it was taken away');
          }
        },
        onLost,
      );
  const once = await given(isDone, losing(1));
  expect(once.state.outcome!.evaluations.map(({ update }) => update)).toEqual([0, 2, 4]);
  losses = 0;
  const often = await given(({ state }) => state.problem !== undefined, losing(9));
  expect(often.state.problem).toContain('it was taken away');
  expect(often.isThrough).toBe(true);
  expect(often.isBusy).toBe(false);
});
