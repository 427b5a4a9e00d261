import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../../scripts/install.mjs';
import { formulasOf } from '../../../scripts/vite/tex.ts';
import { filters } from '../../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { standardNoise } from '../../../src/ppo/noise.ts';
import type { Batch } from '../../../src/protocol/batch.ts';
import { filterModes, type FilterConfig, type Knobs } from '../../../src/protocol/config.ts';
import { viewBatch } from '../../../src/ui/batch-view.ts';
import { textOf } from '../../../src/ui/formulas/parts.ts';
import { linesOf, type About, type FormulaStage } from '../../../src/ui/formulas/stage-lines.ts';
import { responseOf } from '../../../src/ui/response/response.ts';
import { batchOf, truths } from '../batch.ts';
import { numbersOf } from '../tokens/numbers.ts';

const formulas = formulasOf(readFileSync(join(root, 'src/ui/formulas/formulas.tex'), 'utf8'));

/** Of row 2, with a score of 2 the best of its prompt, whose others have 1, −2 and 0.5. */
function aboutOf({
  filter = {},
  batch = {},
  knobs = {},
  row = 2,
  isJudged = true,
}: {
  filter?: Partial<FilterConfig>;
  batch?: Partial<Batch>;
  knobs?: Partial<Knobs>;
  row?: number;
  isJudged?: boolean;
} = {}): About {
  const judged = { batch: { ...batchOf(filter), ...batch }, testScores: isJudged ? truths : undefined };
  const view = viewBatch(judged.batch, judged.testScores, judged.batch.filter, 1);
  return {
    selected: { ...responseOf(judged, view, row), of: { judged, view } },
    knobs: { ...defaultKnobs, ...knobs },
    config: defaultConfig,
  };
}
const withTokens = (about: About, part = {}, at = 1): About => ({
  ...about,
  tokens: { numbers: numbersOf(part), at },
});
const told = (stage: FormulaStage, about: About) =>
  linesOf(stage, about).map(({ label, formula, numbers }) => [label, formula, textOf(numbers ?? [])]);

describe('the numbers of a stage', () => {
  test('prompts: how many were drawn, and how often each is answered', () => {
    expect(told('prompts', aboutOf())).toEqual([['drawn', 'prompts', 'P = 3, each answered N = 4 times']]);
  });

  test('rollouts: the log-probabilities add up, and a temperature that is not 1 is in the formula', () => {
    expect(told('rollouts', aboutOf())).toEqual([
      ['log-prob', 'log-prob', ''],
      ['token', 'softmax', 'τ = 1.00'],
    ]);
    const [sum, token] = linesOf('rollouts', withTokens(aboutOf({ knobs: { temperature: 0.5 } })));
    expect(textOf(sum.numbers!)).toBe('(−0.916) + (−0.916) + 0.000 = −1.833');
    expect(token).toMatchObject({ formula: 'softmax-tempered', standard: 'softmax' });
    const long = { oldLogprobs: Float32Array.from({ length: 8 }, (_, t) => -t) };
    expect(told('rollouts', withTokens(aboutOf(), long))[0][2]).toBe(
      '0.000 + (−1.000) + (−2.000) + (−3.000) + … + (−7.000) = −28.000',
    );
  });

  test('score: by whatever teaches', () => {
    const score = (batch: Partial<Batch>, row = 2, isJudged = true) =>
      told('score', aboutOf({ batch, row, isJudged }))[0].slice(1);
    expect(score({})).toEqual(['score', 's = 2.000']);
    expect(score({ teacher: 'own-score' })).toEqual(['score-own', 's = 2.000']);
    // Row 0 passes a quarter of its tests.
    const scores = Float32Array.from(truths, (share) => 2 * share - 1).fill(0, 6, 7);
    expect(score({ teacher: 'tests', scores }, 0)).toEqual(['score-tests', '2 · 0.250 − 1 = −0.500']);
    expect(score({ teacher: 'tests', scores }, 0, false)).toEqual(['score-tests', '−0.500']);
    expect(score({ teacher: 'tests', noise: standardNoise('flipped') })).toEqual([
      'score-tests-noisy',
      's = 2.000',
    ]);
    const ended = Array.from(truths, (_, row) => row !== 1);
    expect(score({ ended }, 1)).toEqual(['score-no-end', 's = −2.000']);
    expect(score({ ended, teacher: 'own-score' }, 1)).toEqual(['score-own', 's = −2.000']);
  });

  test('score: one that was cut off is said to be', () => {
    const says = (score: number) =>
      linesOf('score', aboutOf({ batch: { scores: new Float32Array(12).fill(score) } }))[0].says;
    expect(says(5)).toContain('cut off at ±5');
    expect(says(-5)).toContain('cut off at ±5');
    expect(says(4.9)).not.toContain('cut off');
  });

  test('filter: rank, weight and what becomes of it', () => {
    expect(told('filter', aboutOf())).toEqual([
      ['rank', 'rank', 's = 2.000: rank 1 of the 4'],
      ['weight', 'weight-rank', 'w = 0.500'],
      ['kept', 'kept-each', '2 · 0.500 = 1.000: kept'],
    ]);
    expect(told('filter', aboutOf({ row: 0 }))[2][2]).toBe('2 · 0.000 = 0.000: dropped');
    expect(told('filter', aboutOf({ batch: { update: 0 } }))[2][2]).toMatch(/would be kept$/);
    expect(told('filter', aboutOf({ filter: { mode: 'resample' } }))[2].slice(1)).toEqual([
      'kept-each',
      expect.stringMatching(/^4 · 0\.500 = 2\.000: (kept|dropped)/),
    ]);
    const none = linesOf('filter', aboutOf({ filter: { name: 'none' } }));
    expect(none.map(({ formula }) => formula)).toEqual(['rank', 'weight-alike', 'kept-all']);
    expect(none.every(({ standard }) => standard === undefined)).toBe(true);
    expect(none[1].numbers!.map((part) => (typeof part === 'string' ? part : part.text)).join('')).toBe(
      '1 / 4 = 0.250',
    );
  });

  test('filter: of equal scores the order is said', () => {
    const says = (scores: Float32Array) => linesOf('filter', aboutOf({ batch: { scores } }))[0].says;
    expect(says(batchOf().scores)).toBeUndefined();
    expect(says(batchOf().scores.with(0, 2))).toContain('sampled first');
  });

  const others = filters.filter((filter) => !('chances' in filter && filter.runsCode));
  test.each(others.flatMap(({ name }) => filterModes.map((mode) => ({ name, mode }))))(
    'filter: $name in mode $mode has formulas that there are, and the batch’s own weight',
    ({ name, mode }) => {
      const known = truths.map((share) => (Number.isNaN(share) ? 0 : share));
      const batch = batchOf({ name: 'none' });
      const view = viewBatch(batch, known, { ...batch.filter, name, mode }, 1);
      const about = aboutOf();
      const selected = { ...about.selected, of: { judged: { batch, testScores: known }, view } };
      const lines = linesOf('filter', { ...about, selected });
      expect(lines.map(({ label }) => label)).toEqual(['rank', 'weight', 'kept']);
      for (const { formula, standard } of lines)
        for (const one of [formula, standard ?? formula]) expect(formulas).toHaveProperty([one]);
      expect(textOf(lines[1].numbers!)).toMatch(new RegExp(`= ${view.rowWeights[2].toFixed(3)}$`));
      expect(textOf(lines[2].numbers!)).not.toMatch(/NaN|undefined/);
    },
  );

  test('advantages: against the prompt’s others by the scores of the batch', () => {
    // Mean 0.375; the others’ mean −1/6.
    const line = (advantage: Knobs['advantage']) => told('advantages', aboutOf({ knobs: { advantage } }))[0];
    expect(line('group')).toEqual(['compared', 'compared-group', '(2.000 − 0.375) / 1.474 = 1.103']);
    expect(line('rloo')).toEqual(['compared', 'compared-rloo', '2.000 − (−0.167) = 2.167']);
    expect(line('gae')[0]).toBe('reward');
  });

  test('advantages: what the numbers were made by is in force, not what is set now', () => {
    const { used } = numbersOf();
    const about = withTokens(aboutOf({ knobs: { advantage: 'gae', klCoef: 0 } }), {
      used: { ...used, advantage: 'rloo' },
    });
    expect(told('advantages', about).map(([label, formula]) => [label, formula])).toEqual([
      ['compared', 'compared-rloo'],
      ['reward', 'reward'],
      ['advantage', 'advantage-against'],
      ['whitened', 'whitened'],
    ]);
  });

  test('where no token’s numbers are known, those of the settings are', () => {
    expect(told('advantages', aboutOf())).toEqual([
      ['reward', 'reward-last', 'β = 0.1'],
      ['surprise', 'surprise', 'γ = 1'],
      ['advantage', 'advantage-gae', 'γ = 1, λ = 0.95'],
      ['whitened', 'whitened', ''],
    ]);
    expect(told('update', aboutOf({ knobs: { clipRange: 0.3 } })).map(([, , numbers]) => numbers)).toEqual([
      ...['', 'ε = 0.3', '', ''],
    ]);
  });

  test('update: the clipped objective, REINFORCE’s first step, and the critic’s loss', () => {
    expect(told('update', withTokens(aboutOf()))).toEqual([
      ['ratio', 'ratio', 'exp((−1.609) − (−0.916)) = 0.500, clipped to 0.80 … 1.20: 0.800'],
      ['objective', 'objective-plain', 'min(0.500 · 1.000, 0.800 · 1.000) = 0.500'],
      ['first step', 'reinforce', 'Â = 1.000'],
      ['value loss', 'value-loss', 'at first ½ · (0.250 − 0.500)² = 0.031'],
    ]);
    // How likely it was when it was written is not known: no ratio, but what else is known stays.
    expect(told('update', withTokens(aboutOf(), { oldLogprobs: undefined })).map(([, , n]) => n)).toEqual([
      ...['', 'ε = 0.2', 'Â = 1.000', 'at first ½ · (0.250 − 0.500)² = 0.031'],
    ]);
  });

  test('update: of a critic that is not asked, or does not learn, that is said', () => {
    const says = (about: About) => linesOf('update', about).at(-1)!.says;
    expect(says(aboutOf())).not.toMatch(/no advantage asks|learning rate/);
    expect(says(aboutOf({ knobs: { advantage: 'group' } }))).toContain('no advantage asks it');
    const frozen = { ...aboutOf(), config: { ...defaultConfig, criticLearningRate: 0 } };
    expect(says(frozen)).toContain('learning rate is 0');
  });

  test('every formula that a stage names is there', () => {
    const stages = ['prompts', 'rollouts', 'score', 'filter', 'advantages', 'update'] as const;
    for (const stage of stages)
      for (const about of [aboutOf(), withTokens(aboutOf({ knobs: { advantage: 'rloo' } }))])
        for (const { formula, standard = formula } of linesOf(stage, about))
          for (const name of [formula, standard]) expect(formulas).toHaveProperty([name]);
  });
});
