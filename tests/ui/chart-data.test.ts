import { describe, expect, test } from 'vitest';
import {
  csvOfChart,
  fileName,
  numberText,
  tableOf,
  type ChartData,
} from '../../src/ui/figures/chart-data.ts';
import { svgOf } from '../../src/ui/figures/chart-svg.ts';
import { timeChartData } from '../../src/ui/figures/time-chart-data.ts';
import { smoothly, type Line } from '../../src/ui/figures/time-chart.ts';
import { RunHistory } from '../../src/ui/history.ts';

const held: Line = {
  ...{ metric: 'eval/pass@1_held_out', label: 'held-out', token: '--truth', width: 2 },
  trials: () => 200,
};
const batch: Line = {
  metric: 'objective/pass_rate',
  label: 'batch',
  token: '--truth',
  width: 1,
  ghost: false,
};

function runOf(updates: number, drawn = 256): RunHistory {
  const history = new RunHistory();
  for (let update = 0; update <= updates; update++) {
    history.set(update, { 'objective/pass_rate': update / 10 });
    if (update > 0) history.set(update, { 'cost/drawn': drawn });
    if (update % 2 === 0) history.set(update, { 'eval/pass@1_held_out': 0.5 });
  }
  return history;
}

const shown = (others: Partial<Parameters<typeof timeChartData>[0]> = {}): ChartData =>
  timeChartData({
    ...{ name: 'pass@1', unit: 'shares', lines: [batch, held], history: runOf(4), ghosts: [], labels: [] },
    ...{ axis: 'update', sight: undefined, limits: [0, 1], isLog: false, about: 'Bands: sure.' },
    colour: (token) => (token === '--truth' ? '#147a5a' : '#bdb6a8'),
    ...others,
  });

describe('the numbers of a chart', () => {
  test('are those that were measured, a row an update, with the ends of bands', () => {
    const { head, rows } = tableOf(shown());
    expect(head).toEqual(['update', 'batch', 'held-out', 'held-out low', 'held-out high', 'held-out n']);
    expect(rows.map(([update, value]) => [update, value])).toEqual(
      [0, 1, 2, 3, 4].map((at) => [at, at / 10]),
    );
    expect(rows[1].slice(2)).toEqual([undefined, undefined, undefined, undefined]);
    // Wilson: 100 of 200.
    const [, , value, low, high, n] = rows[2];
    expect([value, n]).toEqual([0.5, 200]);
    expect(low).toBeCloseTo(0.4314, 4);
    expect(high).toBeCloseTo(0.5686, 4);
  });

  test('of other runs stand beside them, each with its own place along the axis', () => {
    const others = { ghosts: [runOf(2, 64)], labels: ['none, seed 2'], axis: 'drawn' as const };
    const { head, rows } = tableOf(shown({ ...others, lines: [{ ...held, trials: undefined }] }));
    expect(head).toEqual([
      ...['update', 'responses drawn', 'held-out'],
      ...['responses drawn of none, seed 2', 'held-out of none, seed 2'],
    ]);
    expect(rows).toEqual([
      [0, 0, 0.5, 0, 0.5],
      [2, 512, 0.5, 128, 0.5],
      [4, 1024, 0.5, undefined, undefined],
    ]);
  });

  test('are a row of whatever they are measured after', () => {
    const { head, rows } = tableOf({ ...shown({ lines: [batch] }), xName: 'steps', rowName: 'step' });
    expect(head).toEqual(['step', 'batch']);
    expect(rows[4]).toEqual([4, 0.4]);
  });

  test('are of what is in sight, and smoothed ones stand beside what was measured', () => {
    const { head, rows } = tableOf(shown({ lines: smoothly(batch, 0.5), sight: [1, 3] }));
    expect(head).toEqual(['update', 'batch', 'batch, smoothed']);
    expect(rows.map(([update]) => update)).toEqual([1, 2, 3]);
    // (0.5 · 0 + 0.1) / 1.5
    expect(rows[0][2]).toBeCloseTo(0.1 / 1.5, 12);
  });

  test('go into a CSV file with all their digits, and no name of a visitor’s is a formula', () => {
    const csv = csvOfChart(
      shown({ ghosts: [runOf(0)], labels: ['=1+1'], lines: [{ ...held, trials: undefined }] }),
    );
    expect(csv).toBe(`update,"held-out","held-out of =1+1"\r\n0,0.5,0.5\r\n2,0.5,\r\n4,0.5,\r\n`);
  });

  test('say what an axis of logarithms leaves out', () => {
    expect(shown({ lines: [batch], isLog: true }).note).toBe('Bands: sure. 1 value ≤ 0 left out.');
    expect(shown({ lines: [held], isLog: true }).note).toBe('Bands: sure.');
  });
});

test('numbers in a table are short, and never 0 where they are not', () => {
  expect([0, 12, -1234.5, 0.1234, -0.00012, undefined].map(numberText)).toEqual(
    ['0', '12', '−1,235', '0.123', '−1.2e−4', '–'], // prettier-ignore
  );
  expect(fileName({ name: 'R²', xName: 'responses drawn' } as ChartData)).toBe('r2-by-responses-drawn');
});

describe('the drawing', () => {
  const pointsOf = (svg: string, at: number) =>
    [...svg.matchAll(/<polyline points="([^"]*)"[^>]*stroke="#147a5a" stroke-width="(?:1|2)"/g)][at][1]
      .split(' ')
      .map((point) => point.split(',').map(Number));

  test('holds every point where its numbers are, a band, names, axes and what is said of them', () => {
    const svg = svgOf(shown());
    // The plot is from 64 to 650 and from 404 up to 62.
    expect(pointsOf(svg, 0)).toEqual([0, 1, 2, 3, 4].map((at) => [64 + (586 * at) / 4, 404 - 34.2 * at]));
    expect(svg).toMatch(/<polygon points="64,209\.5 [^"]*" fill="#147a5a" fill-opacity="0.13"/);
    for (const text of ['batch', 'held-out', 'updates', 'shares', 'Bands: sure.', '0.8'])
      expect(svg).toContain(text);
  });

  test('draws what is in sight, on an axis of logarithms without what has none', () => {
    const svg = svgOf(shown({ lines: [batch], isLog: true, sight: [0, 2], limits: [undefined, undefined] }));
    expect(pointsOf(svg, 0)).toHaveLength(2);
    expect(svg).toContain('1 value ≤ 0 left out.');
    expect(svg).not.toContain('NaN');
  });

  test('of nothing, of one point, and of a name with every bad character is one still', () => {
    const none = svgOf(shown({ history: new RunHistory() }));
    const one = svgOf(shown({ history: runOf(0), ghosts: [runOf(2)], labels: ['<b>"&\u0000'] }));
    expect(one).toContain('&lt;b&gt;&quot;&amp;</text>');
    for (const svg of [none, one]) expect(svg).not.toMatch(/NaN|Infinity|<b>/);
  });
});
