import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../scripts/report.ts';
import { compare } from '../../src/evidence/compare.ts';
import { parseResults, type Results } from '../../src/evidence/results.ts';
import { scaleOf } from '../../src/drawing/svg.ts';
import { arm, run, suite } from '../evidence/suite-results.ts';

const root = mkdtempSync(join(tmpdir(), 'pf-ppo-report-'));
afterAll(() => rmSync(root, { recursive: true }));
const said = vi.spyOn(console, 'error');
const log = vi.spyOn(console, 'log');
beforeEach(() => {
  said.mockReset().mockImplementation(() => undefined);
  log.mockReset().mockImplementation(() => undefined);
});

let folders = 0;
/** A new folder with this as its results.json. */
function folderOf(results: unknown): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'results.json'),
    typeof results === 'string' ? results : JSON.stringify(results),
  );
  return folder;
}

/** Files of the report by name. */
async function reportOf(results: unknown): Promise<Record<string, string>> {
  const folder = folderOf(results);
  const out = join(folder, 'out');
  const code = await main([folder, '--out', out]);
  expect(said.mock.calls).toEqual([]);
  expect(code).toBe(0);
  return Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]));
}

/** The cells of the first row that begins with this one, below the heading. */
function row(report: string, heading: string, first: string): string[] {
  const section = report.slice(report.indexOf(`## ${heading}`));
  const found = section.split('\n').find((line) => line.startsWith(`| ${first} |`));
  return found!.slice(2, -2).split(' | ');
}

describe('the report', () => {
  it('says what was put in, with intervals and p-values', async () => {
    const { 'report.md': report } = await reportOf(suite());
    expect(report).toContain('9 runs of 3 arms over 3 seeds; no arm lacks');
    // Over seeds 0.6, 0.65 and 0.7: 4.3027·0.05/√3. The gain is the same for all.
    expect(row(report, 'strong', 'none').slice(1)).toEqual(
      ['3 of 3', '0.05', '0.0003', '0.650 ± 0.124', '+0.500 ± 0.000', '–', '–', '–', '–', '–'], // prettier-ignore
    );
    // ± 4.3027·0.01/√3; t = ±17.32 with 2 degrees of freedom: p = 0.00332, twice that after Holm.
    const sure = '± 0.025; p 0.003, Holm 0.007';
    expect(row(report, 'strong', 'cheap').slice(1)).toEqual(
      ['3 of 3', '0.1', '0.0003', '0.550 ± 0.149', '+0.400 ± 0.000', '3', `−0.100 ${sure}`, `+0.100 ${sure}`, `+0.100 ${sure}`, `+0.100 ${sure}`], // prettier-ignore
    );
    // Differences 0.01, −0.01 and 0.002: SciPy's ttest_1samp says 0.9191; Holm leaves the last as it is.
    const unsure = '+0.001 ± 0.025; p 0.919, Holm 0.919';
    expect(row(report, 'strong', 'same').slice(6)).toEqual(['3', unsure, unsure, unsure, unsure]);
  });

  it('says what predicts', async () => {
    const { 'report.md': report } = await reportOf(suite());
    // Gains: none 0.5, cheap 0.4, same 0.5 but for rounding, which is no difference.
    const gamma = row(report, 'What predicts', 'gamma');
    expect([gamma[1], ...gamma.slice(-2)]).toEqual(['0', '1 of 1', '1 of 1']);
    expect(row(report, 'What predicts', 'r2-binned').slice(-2)).toEqual(['0 of 1', '0 of 1']);
    // Taken again later it says the opposite.
    expect(row(report, 'What predicts', 'gamma | 20').slice(-2)).toEqual(['0 of 1', '0 of 1']);
    expect(report).not.toContain('| never |');
  });

  it('correlates means over seeds, within sources and pooled', async () => {
    const gains = [0.1, 0.2, 0.3, 0.4];
    const arms = ['strong', 'weak'].flatMap((source) =>
      gains.map((_, i) => arm(`${source}${i}`, source, i === 0 ? 'none' : `filter-${i}`)),
    );
    const runs = arms.flatMap(({ id, source }, i) =>
      [1, 2, 3].map((seed) => {
        const gain = gains[i % 4];
        // In strong it rises with the gain, in weak it falls; beside means that are far apart, seeds are nothing.
        const values = { early: (source === 'strong' ? gain : 10 - gain) + seed / 1000, flat: 1 };
        return run(id, seed, [0.1, 0.1 + gain + seed / 1000], {}, [{ update: 0, values }]);
      }),
    );
    const { 'report.md': report } = await reportOf({ suite: 's', command: 'c', arms, runs });
    const early = row(report, 'What predicts', 'early');
    const [, , strong, weak, mean, pooled, clear, all] = early;
    expect(strong).toBe('1.000 [1.000, 1.000]');
    expect(weak).toBe('−1.000 [−1.000, −1.000]');
    expect(mean).toBe('0.000 [0.000, 0.000]');
    // Ranks of gain 1.5, 3.5, 5.5, 7.5 twice; of early 1 … 4 and 8 … 5: covariance 0.
    expect(pooled).toBe('0.000 [0.000, 0.000]');
    expect([clear, all]).toEqual(['3 of 6', '3 of 6']);
    expect(row(report, 'What predicts', 'flat').slice(2)).toEqual(['–', '–', '–', '–', '0 of 6', '0 of 6']);
  });

  it('counts as clear what is larger than its standard error', async () => {
    const curves = { a: [0.1, 0.1, 0.1], b: [0.4, 0.1, 0.15], c: [0.2, 0.19, 0.21] };
    const arms = [arm('a', 'strong', 'none'), arm('b', 'strong', 'wild'), arm('c', 'strong', 'steady')];
    const runs = arms.flatMap(({ id }, place) =>
      curves[id as 'a'].map((end, i) =>
        run(id, i, [0, end], {}, [{ update: 0, values: { guess: place, other: -place } }]),
      ),
    );
    // wild differs from none by 0.3, 0 and 0.05: mean 0.117, standard error 0.093.
    const both = await reportOf({ suite: 's', command: 'c', arms, runs });
    expect(row(both['report.md'], 'What predicts', 'guess').slice(-2)).toEqual(['2 of 2', '2 of 2']);
    // By 0.3, −0.3 and 0.05: mean 0.017, standard error 0.174.
    runs[4].evaluations[1].passAt1HeldOut = -0.2;
    const one = await reportOf({ suite: 's', command: 'c', arms, runs });
    expect(row(one['report.md'], 'What predicts', 'guess').slice(-2)).toEqual(['1 of 1', '2 of 2']);
    expect(row(one['report.md'], 'What predicts', 'other').slice(-2)).toEqual(['0 of 1', '0 of 2']);
  });

  it('of a suite in progress says how far it is, and pairs the seeds that both have', async () => {
    const results = suite();
    results.runs = results.runs.filter(({ arm: id, seed }) => id !== 'b' || seed === 2);
    const { 'report.md': report } = await reportOf(results);
    expect(report).toContain('7 runs of 3 arms over 3 seeds; 2 of 9 are missing');
    // One pair has a difference, and no interval.
    expect(row(report, 'strong', 'cheap').slice(1)).toEqual(
      ['1 of 3', '0.1', '0.0003', '0.550', '+0.400', '1', '−0.100', '+0.100', '+0.100', '+0.100'], // prettier-ignore
    );
    results.runs = results.runs.filter(({ arm: id }) => id !== 'b');
    const without = await reportOf(results);
    expect(row(without['report.md'], 'strong', 'cheap').slice(4)).toEqual(Array(7).fill('–').with(2, '0'));
    const empty = await reportOf({ ...results, runs: [] });
    expect(Object.keys(empty)).toEqual(['report.md', 'summary.md']);
    expect(row(empty['report.md'], 'strong', 'none')[1]).toBe('0 of 0');
  });

  it('compares with the none that has the same settings, and does without one', async () => {
    const arms = [
      arm('a', 'strong', 'none', { klCoef: 0.1 }),
      arm('b', 'strong', 'none', { klCoef: 0.2 }),
      arm('c', 'strong', 'best', { klCoef: 0.2 }),
      arm('d', 'alone', 'best'),
    ];
    const ends = { a: 0.1, b: 0.3, c: 0.35, d: 0.9 };
    const runs = arms.map(({ id }) => run(id, 1, [0.1, ends[id as 'a']]));
    const { 'report.md': report, ...figures } = await reportOf({ suite: 's', command: 'c', arms, runs });
    expect(row(report, 'strong', 'best')[7]).toBe('+0.050');
    expect(report).toContain('No arm of this source is without a filter');
    expect(figures['curves-1-strong.svg']).toContain('0.100 none, β 0.1, lr 0.0003');
    expect(figures['differences.svg']).toContain('+0.050 at equal FLOPs');
    expect(figures['differences.svg']).not.toContain('alone');
  });

  it('shows several sources side by side, and what the critics explained of their returns', async () => {
    const arms = [arm('a', 'strong', 'none'), arm('b', 'strong', 'best'), arm('c', 'weak', 'none')];
    const runs = arms.flatMap(({ id }) =>
      [1, 2].map((seed) => ({ ...run(id, seed, [0.1, 0.3]), explainedVariance: seed / 10 })),
    );
    const { 'report.md': report } = await reportOf({ suite: 's', command: 'c', arms, runs });
    expect(row(report, 'At a glance', 'strong').slice(1)).toEqual(['0.300 ± 0.000', '0.300 ± 0.000']);
    expect(row(report, 'At a glance', 'weak').slice(1)).toEqual(['0.300 ± 0.000', '–']);
    // 12.7062·0.05
    expect(report.split('explained')[1]).toContain('| weak | 0.150 ± 0.635 | – |');
    const alone = await reportOf(suite());
    expect(alone['report.md']).not.toContain('At a glance');
  });

  it('shows what was tuned over, and what was chosen', async () => {
    const grid = [
      { klCoef: 0.05, learningRate: 3e-4, outcome: 0.7 },
      { klCoef: 0.1, learningRate: 3e-4, outcome: 0.6 },
    ];
    const elsewhere = [grid[0], { klCoef: 0.05, learningRate: 6e-4, outcome: 0.5 }];
    const arms = [
      arm('a', 'strong', 'none', { grid }),
      arm('b', 'strong', 'best', { grid: elsewhere }),
      arm('c', 'weak', 'best'),
    ];
    const runs = arms.map(({ id }) => run(id, 1, [0.1, 0.3]));
    const { 'report.md': report } = await reportOf({ suite: 's', command: 'c', arms, runs });
    expect(row(report, 'Tuning', 'strong / none').slice(1)).toEqual(['0.600', '**0.700**', '–']);
    expect(row(report, 'Tuning', 'strong / best').slice(1)).toEqual(['–', '**0.700**', '0.500']);
    expect(row(report, 'Tuning', 'weak / best').slice(1)).toEqual(['–', '–', '–']);
    expect((await reportOf(suite()))['report.md']).not.toContain('## Tuning');
  });

  it('has the same bytes for the same input, whatever the order of its runs', async () => {
    const first = await reportOf(suite());
    const results = suite();
    results.runs.reverse();
    expect(await reportOf(results)).toEqual(first);
  });

  it('writes beside the results where no other place is given', async () => {
    const folder = folderOf(suite());
    expect(await main([folder])).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(
      ['curves-1-strong.svg', 'differences.svg', 'report.md', 'results.json', 'scatter-gamma.svg', 'scatter-r2-binned.svg', 'summary.md'], // prettier-ignore
    );
    const report = readFileSync(join(folder, 'report.md'), 'utf8');
    const linked = [...report.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file);
    expect(linked.sort()).toEqual(readdirSync(folder).filter((name) => name.endsWith('.svg')).sort()); // prettier-ignore
  });
});

it('with --view, writes what the page reads: the same comparison', async () => {
  const results = suite();
  const folder = folderOf(results);
  const view = join(folder, 'view.json');
  expect(await main([folder, '--view', view])).toBe(0);
  const read = parseResults(readFileSync(view, 'utf8'));
  expect(read).toMatchObject({ suite: 'main', command: 'npm run suite' });
  const of = (from: Results) => compare(from, from.arms).map(({ differences }) => differences?.flops);
  expect(of(read)[1]?.mean).toBeCloseTo(0.1, 3);
  expect(of(read)[1]?.p).toBeCloseTo(of(results)[1]!.p, 4);
  expect(await main([folder, '--view', join(folder, 'nowhere', 'view.json')])).toBe(2);
  expect(said.mock.calls[0][0]).toMatch(/ENOENT/);
});

/** Whether every tag is closed, in order, and every ampersand begins an entity. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, rest] of xml.matchAll(/<(\/?)([a-z]+)([^<>]*)>/g)) {
    if (closing) {
      if (open.pop() !== name) return false;
    } else if (!rest.endsWith('/')) open.push(name);
  }
  const text = xml.replace(/<\/?[a-z]+[^<>]*>/g, '').replace(/&(amp|lt|gt|quot);/g, '');
  return open.length === 0 && !/[<>&]/.test(text);
}

describe('figures', () => {
  it('are whole, named, on white, whatever the names in them', async () => {
    const results = suite();
    for (const one of results.arms) one.source = 'a <b> & "c" | d';
    const { 'report.md': report, 'summary.md': summary, ...figures } = await reportOf(results);
    expect(summary).toContain('| a \\<b\\> & "c" \\| d | none | 0.05, 0.0003 |');
    expect(report).toContain('## a \\<b\\> & "c" \\| d');
    expect(Object.keys(figures)).toHaveLength(4);
    for (const svg of Object.values(figures)) {
      expect(isWellFormed(svg)).toBe(true);
      expect(svg).toMatch(/<title id="title">[^<]+<\/title>\n<desc id="desc">[^<]+<\/desc>/);
      expect(svg).toMatch(/<rect width="900" height="\d+" fill="#fff"\/>/);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|currentColor|href|url\(/);
    }
    expect(figures['curves-1-a-b-c-d.svg']).toContain('a &lt;b&gt; &amp; &quot;c&quot; | d');
  });

  it('learning curves are of none and the six that end highest', async () => {
    const arms = [arm('none', 'strong', 'none')];
    for (let i = 1; i <= 8; i++) arms.push(arm(`f${i}`, 'strong', `filter-${i}`));
    const runs = arms.map(({ id }, i) => run(id, 1, [0.1, 0.1 + i / 20]));
    const { 'curves-1-strong.svg': svg } = await reportOf({ suite: 's', command: 'c', arms, runs });
    const named = [...svg.matchAll(/>(0\.\d{3}) ([a-z]+(-\d)?)</g)].map(([, end, label]) => [label, end]);
    expect(named.map(([label]) => label)).toEqual(
      ['none', 'filter-8', 'filter-7', 'filter-6', 'filter-5', 'filter-4', 'filter-3'], // prettier-ignore
    );
    expect(named[1][1]).toBe('0.500');
    // Seven colours, and seven ways to dash or to mark.
    const lines = [...svg.matchAll(/<polyline [^>]*stroke="(#\w+)" stroke-width="2"/g)];
    expect(new Set(lines.map(([, colour]) => colour)).size).toBe(7);
  });

  it('cut off an interval that would hide all others, with an arrow', async () => {
    const results = suite();
    const narrow = (await reportOf(results))['differences.svg'];
    expect(narrow).not.toContain('<polygon points="700,');
    // Two seeds that disagree: ± 12.7·0.1.
    results.runs = results.runs.filter(({ seed }) => seed < 3);
    for (const one of results.runs)
      if (one.arm === 'c' && one.seed === 1) for (const at of one.evaluations) at.passAt1HeldOut += 0.2;
    const cut = (await reportOf(results))['differences.svg'];
    expect(cut).toContain('<polygon points="700,');
    expect(cut).toContain('<polygon points="270,');
  });

  it('axes have round values', () => {
    const texts = (low: number, high: number) => scaleOf(low, high, 0, 100).ticks.map(({ text }) => text);
    expect(texts(0.42, 0.81)).toEqual(['0.4', '0.5', '0.6', '0.7', '0.8', '0.9']);
    expect(texts(-0.03, 0.07)).toEqual(['−0.04', '−0.02', '0', '0.02', '0.04', '0.06', '0.08']);
    expect(texts(0, 60)).toEqual(['0', '20', '40', '60']);
    expect(texts(0.5, 0.5)).toEqual(['0.44', '0.46', '0.48', '0.50', '0.52', '0.54', '0.56']);
    const scale = scaleOf(0, 60, 100, 400);
    expect([0, 30, 60].map((value) => scale(value))).toEqual([100, 250, 400]);
  });
});

describe('what no report can be made of', () => {
  const remedy = 'Give the folder that an experiment suite wrote, or run the suite again.';
  const broken = (change: (results: Results) => unknown) => {
    const results = suite();
    return change(results) ?? results;
  };

  it.each<[string, unknown, RegExp]>([
    ['cut off', '{"suite": "ma', /results\.json is not JSON/],
    ['of another command', { command: 'c', rows: [] }, /results\.json: suite: Invalid key/],
    ['a list', [], /results\.json: /],
    ['without arms', broken((r) => ({ ...r, arms: [] })), /: arms: must hold an arm/],
    ['with a text for a number', JSON.stringify(suite()).replace('"flops":10', '"flops":"10"'), /: runs\.0\.evaluations\.1\.flops: Invalid type/], // prettier-ignore
    ['without a seed', broken((r) => void Reflect.deleteProperty(r.runs[1], 'seed')), /: runs\.1\.seed: /],
    ['with a run without evaluations', broken((r) => void (r.runs[0].evaluations = [])), /: runs\.0\.evaluations: must hold an evaluation/], // prettier-ignore
    ['with a run of no arm', broken((r) => void (r.runs[0].arm = 'z')), /: a run is of arm z, which is not among the arms/], // prettier-ignore
    ['with an arm twice', broken((r) => void (r.arms[1].id = 'a')), /: two arms are named a/],
    ['with a run twice', broken((r) => void r.runs.push(r.runs[0])), /: two runs are of a, seed 1/],
    ['with a cost that falls', broken((r) => void (r.runs[0].evaluations[4].steps = 3)), /: a, seed 1: steps falls at update 40/], // prettier-ignore
    ['out of order', broken((r) => void r.runs[0].evaluations.reverse()), /: a, seed 1: update 30 comes after 40/], // prettier-ignore
  ])('results %s', async (_, results, message) => {
    const folder = folderOf(results);
    expect(await main([folder])).toBe(2);
    expect(said.mock.calls).toHaveLength(1);
    const [text] = said.mock.calls[0] as [string];
    expect(text).toMatch(message);
    expect(text.endsWith(`. ${remedy}`)).toBe(true);
    expect(text).not.toContain('\n');
    expect(readdirSync(folder)).toEqual(['results.json']);
  });

  it.each([
    [[], /^DIR is missing\. Options: --out, --page, --view\.$/],
    [[join(root, 'nowhere')], /nowhere\/results\.json cannot be read: ENOENT.*Give the folder that/],
    [[root, '--out', join(root, 'a-file')], /^--out .*a-file cannot be written: .*Give a folder\.$/],
  ])('arguments %j', async (args, message) => {
    writeFileSync(join(root, 'a-file'), 'kept');
    expect(await main(args)).toBe(2);
    expect(said.mock.calls).toHaveLength(1);
    expect(said.mock.calls[0][0]).toMatch(message);
  });

  it('a place where a figure cannot be written', async () => {
    const folder = folderOf(suite());
    mkdirSync(join(folder, 'report.md'));
    expect(await main([folder])).toBe(2);
    expect(said.mock.calls).toHaveLength(1);
    expect(said.mock.calls[0][0]).toMatch(/EISDIR.*report\.md/);
  });
});
