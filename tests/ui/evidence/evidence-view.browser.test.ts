import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { compacted } from '../../../src/evidence/compact.ts';
import { compare } from '../../../src/evidence/compare.ts';
import { chance, decimals, signed, withHalf } from '../../../src/evidence/format.ts';
import { budgetNames, budgets } from '../../../src/evidence/outcome.ts';
import { predictorsOf } from '../../../src/evidence/predictors.ts';
import { bySource, parseResults, type Results } from '../../../src/evidence/results.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import { standardNoise } from '../../../src/ppo/noise.ts';
import { configFromAddress } from '../../../src/ui/address.ts';
import { chosen } from '../../../src/ui/evidence/chosen.svelte.ts';
import EvidenceView from '../../../src/ui/evidence/EvidenceView.svelte';
import { arm, cheapCosts, run, suite } from '../../evidence/suite-results.ts';
import { tableOf } from '../chart-table.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const knobs = {
  ...defaultKnobs,
  teacher: 'tests',
  noise: standardNoise('unsure'),
  filter: { ...defaultKnobs.filter, name: 'random-k', keep: 3 },
  klCoef: 0.03,
  learningRate: 4e-4,
  evalEvery: 10,
};

/** Two sources; in the second one filter says how it was set. Seeds begin with 1. */
function twoSources(): Results {
  const results = suite();
  results.arms.push(
    arm('d', 'unsure middle', 'none'),
    arm('e', 'unsure middle', 'random-3', { klCoef: 0.03, learningRate: 4e-4, knobs }),
  );
  for (const seed of [1, 2, 3]) {
    const values = (gamma: number) => [
      { update: 0, values: { gamma: gamma + seed / 100, 'r2-binned': 0.2 } },
    ];
    results.runs.push(
      run('d', seed, [0.4, 0.5, 0.55, 0.6 + seed / 50], {}, values(0.1)),
      run('e', seed, [0.4, 0.6, 0.7, 0.8 - seed / 30], cheapCosts, values(0.3)),
    );
  }
  return results;
}

const entry = { file: 'paper.json', title: 'The paper', says: 'Twelve filters.' };
type Answer = string | Promise<string> | undefined;
/** Files of the site by name; what is not here is missing. */
let files: Record<string, Answer> = {};
const site = async (input: RequestInfo | URL) => {
  const address = input instanceof Request ? input.url : String(input);
  const body = await files[/evidence\/([\w.-]+)$/.exec(address)?.[1] ?? ''];
  return body === undefined ? new Response('', { status: 404 }) : new Response(body);
};
function give(results: Results) {
  files = { 'index.json': JSON.stringify([entry]), 'paper.json': JSON.stringify(compacted(results)) };
  // As the page reads it, so that digits that were dropped are missing here too.
  return parseResults(files['paper.json'] as string);
}

const cells = (name: string) =>
  [...document.querySelectorAll('[aria-label="Table of filters"] tbody tr')]
    .find((tr) => tr.querySelector('th')?.textContent === name)
    ?.querySelectorAll('td');
const texts = (name: string) => [...(cells(name) ?? [])].map((td) => td.textContent.trim());

let fetched: MockInstance<typeof fetch>;
beforeEach(async () => {
  Object.assign(chosen, {
    suite: undefined,
    source: undefined,
    budget: 'drawn',
    sought: '',
    predictor: 'gamma',
    update: 0,
  });
  chosen.curves.clear();
  await page.viewport(1440, 900);
  fetched = vi.spyOn(window, 'fetch').mockImplementation(site);
});
afterEach(() => void vi.restoreAllMocks());

describe('the numbers', () => {
  test('are those of the report’s functions, for every source and budget', async () => {
    const results = give(twoSources());
    const screen = await render(EvidenceView);
    for (const { source, arms } of bySource(results)) {
      await screen.getByRole('radiogroup', { name: 'Source of the scores' }).getByText(source).click();
      for (const budget of budgetNames) {
        const choices = screen.getByRole('radiogroup', { name: 'Compared at equal' });
        await choices.getByText(budgets[budget], { exact: true }).click();
        const compared = compare(results, arms);
        await expect.poll(() => document.querySelectorAll('[aria-label="Table of filters"] tbody tr')).toHaveLength(arms.length); // prettier-ignore
        for (const { label, final, gain, runs, differences } of compared) {
          const one = differences?.[budget];
          const [seeds, , , end, gained, difference, p, holm] = texts(label);
          expect([seeds, end, gained]).toEqual([`${runs.size}`, withHalf(final, decimals), withHalf(gain, signed)]); // prettier-ignore
          expect([difference, p, holm]).toEqual(
            one ? [withHalf(one, signed), chance(one.p), chance(one.adjusted)] : ['–', '–', '–'],
          );
          if (!one) continue;
          const option = screen.getByRole('option', { name: new RegExp(`^${label}: \\${signed(one.mean)}`) });
          await expect
            .element(option)
            .toHaveAccessibleName(
              `${label}: ${signed(one.mean)}, 95 % interval ${decimals(one.low)} to ${decimals(one.high)}, n = 3 pairs of seeds, p ${chance(one.p)}, after Holm ${chance(one.adjusted)}`,
            );
        }
      }
    }
    // Against values that are known: cheap is 0.1 below none at equal draws, and 0.1 above at equal FLOPs.
    await screen.getByRole('radiogroup', { name: 'Source of the scores' }).getByText('strong').click();
    await screen.getByText('responses drawn', { exact: true }).click();
    expect(texts('cheap')[5]).toBe('−0.100 ± 0.025');
    await screen.getByText('FLOPs', { exact: true }).click();
    expect(texts('cheap')[5]).toBe('+0.100 ± 0.025');
  });

  test('are walked through with the keyboard', async () => {
    give(twoSources());
    const screen = await render(EvidenceView);
    const list = screen.getByRole('listbox', { name: /^Difference to none/ });
    await list.click();
    list.element().focus();
    await userEvent.keyboard('{End}');
    const detail = () => document.querySelector('.detail')?.textContent.trim();
    // At equal draws the worst comes last.
    await expect
      .poll(detail)
      .toBe(
        'cheap: −0.100, 95 % interval −0.125 to −0.075, n = 3 pairs of seeds, p 0.003, after Holm 0.007.',
      );
    const selected = screen.getByRole('option', { selected: true });
    expect(list.element().getAttribute('aria-activedescendant')).toBe(selected.first().element().id);
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(detail).toMatch(/^same: \+0\.001/);
  });

  test('of filters that were sought alone', async () => {
    give(twoSources());
    const screen = await render(EvidenceView);
    await screen.getByRole('searchbox').fill('CHE');
    await expect.poll(() => texts('same')).toEqual([]);
    expect(texts('cheap')).toHaveLength(9);
    await screen.getByRole('searchbox').fill('nothing');
    await expect.element(screen.getByText('No filter’s name has “nothing”.')).toBeVisible();
  });

  test('where no two runs share a seed yet, none are made up', async () => {
    const results = suite();
    results.runs = results.runs.filter(({ arm: id }) => id !== 'a');
    give(results);
    const screen = await render(EvidenceView);
    await expect.element(screen.getByText('There is nothing to compare with none here.')).toBeVisible();
    expect(texts('cheap').slice(5, 8)).toEqual(['–', '–', '–']);
    await expect.element(screen.getByText(/3 are missing, so this is preliminary/)).toBeVisible();
    give({ ...results, runs: [] });
    const empty = await render(EvidenceView);
    await expect.element(empty.getByText('Choose a filter to draw its curve.').last()).toBeVisible();
  });
});

test('both figures are tables too', async () => {
  give(twoSources());
  const screen = await render(EvidenceView);
  await expect.element(screen.getByRole('option', { name: /^cheap: −0.100/ })).toBeVisible();
  expect(await tableOf('Difference to none')).toEqual([
    ['filter', 'difference', 'difference low', 'difference high', 'difference n', 'p', 'p, Holm'],
    ['same', '0.001', '−0.024', '0.026', '3', '0.919', '0.919'],
    ['cheap', '−0.100', '−0.125', '−0.075', '3', '0.003', '0.007'],
  ]);
  await screen.getByRole('button', { name: 'Close' }).click();
  expect(await tableOf('Γ and the gain')).toEqual([
    ['filter', 'Γ at update 0', 'gain'],
    ['cheap', '1', '0.400'],
    ['none', '2', '0.500'],
    ['same', '3', '0.500'],
  ]);
});

test('an arm that says how it was set can be run live, as it was run', async () => {
  give(twoSources());
  const screen = await render(EvidenceView);
  expect(cells('cheap')).toBeUndefined();
  await screen.getByText('unsure middle', { exact: true }).first().click();
  const link = screen.getByRole('link', { name: 'Run this live: random-3' });
  const { search, hash } = new URL((link.element() as HTMLAnchorElement).href);
  expect(hash).toBe('#/');
  // What the address had besides stays: here what the tests' own page is called with.
  const parameters = new URLSearchParams(search);
  for (const name of ['sessionId', 'iframeId']) parameters.delete(name);
  const { config, problems } = configFromAddress(`?${parameters}`);
  expect(problems).toEqual([]);
  expect(config).toMatchObject({ preset: 'tiny', engine: 'cpu', seed: 1 });
  expect(config.knobs).toEqual(knobs);
  // Of none it is not known how it was set.
  await expect.poll(() => texts('none').at(-1)).toBe('–');
});

test('curves are of the filters that are chosen', async () => {
  give(twoSources());
  const screen = await render(EvidenceView);
  const figure = screen.getByRole('img', { name: /against responses drawn/ });
  await expect
    .element(figure)
    .toHaveAccessibleName(/none ends at 0.650; cheap ends at 0.550; same ends at 0.651/);
  await screen.getByRole('checkbox', { name: /^cheap/ }).click();
  await expect.element(figure).not.toHaveAccessibleName(/cheap/);
  expect(figure.element().querySelectorAll('polygon')).toHaveLength(2);
  // What is in sight of one axis is no stretch of another.
  (figure.element() as unknown as HTMLElement).focus();
  await userEvent.keyboard('+');
  await expect.element(screen.getByRole('button', { name: 'Whole run' })).toBeVisible();
  await screen.getByText('FLOPs', { exact: true }).click();
  await expect.element(screen.getByRole('img', { name: /against FLOPs/ })).toBeVisible();
  expect(screen.getByRole('button', { name: 'Whole run' }).elements()).toHaveLength(0);
});

test('predictors are those of the report’s functions', async () => {
  const results = give(twoSources());
  const screen = await render(EvidenceView);
  const expected = predictorsOf(results);
  const table = screen.getByRole('region', { name: 'Table of predictors' });
  await expect.poll(() => table.element().querySelectorAll('tbody tr')).toHaveLength(expected.length);
  const gamma = expected.find(({ name, update }) => name === 'gamma' && update === 0)!;
  const [rho, [low, high]] = [gamma.within[0].rho!, gamma.within[0].interval!];
  const row = table.getByRole('row', { name: /^Γ 0/ });
  await expect.element(row).toHaveTextContent(`${decimals(rho)} [${decimals(low)}, ${decimals(high)}]`);
  await expect.element(row).toHaveTextContent(`${gamma.clear.named} of ${gamma.clear.of}`);
  await screen.getByRole('radiogroup', { name: 'Taken at' }).getByText('update 20').click();
  await expect
    .element(screen.getByRole('listbox', { name: 'Γ at update 20 and the gain of each filter' }))
    .toBeVisible();
  await screen.getByRole('radiogroup', { name: 'Predictor' }).getByText('R²(bins)').click();
  await expect.element(screen.getByRole('option', { name: 'cheap: R²(bins) −1, gain +0.400' })).toBeVisible();
});

describe('what cannot be shown is said', () => {
  const said = async () => (await render(EvidenceView)).getByRole('alert');

  test.each<[string, Record<string, Answer>, RegExp]>([
    ['no list', {}, /evidence\/index\.json is not on this site\..*npm run experiment.*npm run report/s],
    ['a list that is none', { 'index.json': '{"file":' }, /evidence\/index\.json is not JSON\./],
    ['a list of something else', { 'index.json': '[{"file":"../x"}]' }, /index\.json: 0\.file: must be the name/],
    ['no suite', { 'index.json': JSON.stringify([entry]) }, /evidence\/paper\.json is not on this site\..*--suite paper/s],
    ['half a suite', { 'index.json': JSON.stringify([entry]), 'paper.json': '{"suite":' }, /paper\.json is not JSON, so it is truncated/],
    ['another file', { 'index.json': JSON.stringify([entry]), 'paper.json': '{}' }, /paper\.json: suite: /],
  ])('%s', async (_, given, sentence) => {
    files = given;
    await expect.element(await said()).toHaveTextContent(sentence);
  }); // prettier-ignore

  test('a page in place of the file, a network that is gone', async () => {
    const html = { headers: { 'content-type': 'text/html' } };
    fetched.mockImplementation(async () => new Response('<!doctype html>', html));
    await expect.element(await said()).toHaveTextContent('evidence/index.json is not on this site.');
    fetched.mockImplementation(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect
      .element((await said()).last())
      .toHaveTextContent('evidence/index.json could not be fetched (Failed to fetch).');
  });

  test('no suite yet', async () => {
    files = { 'index.json': '[]' };
    const screen = await render(EvidenceView);
    await expect.element(screen.getByText('This site has no suite yet.')).toBeVisible();
    await expect.element(screen.getByText(/npm run report -- DIR --view/)).toBeVisible();
  });
});

test('the suite that was chosen last is shown, whichever comes first', async () => {
  let arrive!: (text: string) => void;
  const late = new Promise<string>((resolve) => (arrive = resolve));
  give(twoSources());
  const first = files['paper.json'] as string;
  const other = { ...suite(), command: 'npm run other' };
  const entries = [entry, { file: 'other.json', title: 'Another', says: '' }];
  files = { 'index.json': JSON.stringify(entries), 'paper.json': late, 'other.json': JSON.stringify(other) };
  const screen = await render(EvidenceView);
  await screen.getByText('Another', { exact: true }).first().click();
  await expect.element(screen.getByText('npm run other').first()).toBeVisible();
  arrive(first);
  await late;
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect.element(screen.getByText('npm run other').first()).toBeVisible();
  await screen.getByText('The paper', { exact: true }).first().click();
  await expect.element(screen.getByText('npm run suite').first()).toBeVisible();
});

test('what was chosen is there when the view is opened again', async () => {
  give(twoSources());
  const first = await render(EvidenceView);
  await expect.poll(() => texts('cheap')).toHaveLength(9);
  await first.getByRole('radio', { name: 'FLOPs' }).click({ force: true });
  await first.getByRole('searchbox').fill('che');
  await first.getByRole('checkbox', { name: /^cheap/ }).click();
  await first.getByRole('radiogroup', { name: 'Taken at' }).getByText('update 20').click();
  const sources = first.getByRole('radiogroup', { name: 'Source of the scores' }).getByRole('radio');
  await first.unmount();
  const again = await render(EvidenceView);
  await expect.element(again.getByRole('radio', { name: 'FLOPs' })).toBeChecked();
  await expect.element(again.getByRole('searchbox')).toHaveValue('che');
  expect(texts('same')).toEqual([]);
  await expect.element(again.getByRole('checkbox', { name: /^cheap/ })).not.toBeChecked();
  await expect
    .element(again.getByRole('radiogroup', { name: 'Taken at' }).getByRole('radio').nth(1))
    .toBeChecked();
  // The curves of another source are its own.
  await sources.nth(1).click({ force: true });
  await expect.element(again.getByRole('checkbox', { name: /^none/ })).toBeChecked();
  await again.unmount();
  const last = await render(EvidenceView);
  await expect.element(sources.nth(1)).toBeChecked();
  await sources.nth(0).click({ force: true });
  await expect.element(last.getByRole('checkbox', { name: /^cheap/ })).not.toBeChecked();
});
