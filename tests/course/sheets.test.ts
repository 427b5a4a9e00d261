import { expect, test } from 'vitest';
import { course } from '../../src/course/course.ts';
import { sheets } from '../../src/course/sheets.ts';

const blank = { numbers: [], note: '' };
const count = (text: string, part: string) => text.split(part).length - 1;

test('a worksheet has a page and empty boxes for every lesson, and none of the answers', () => {
  const html = sheets(course, () => blank);
  expect(count(html, '<section>')).toBe(course.length);
  expect(count(html, '☐')).toBe(course.reduce((sum, { options }) => sum + options.length, 0));
  expect(html).not.toContain('☒');
  expect(html).not.toContain('Usually:');
});

test('answers stand on it: what was predicted, found and written, as text and not as HTML', () => {
  const note = '<script>alert(1)</script> & "so"\nnext line';
  const numbers = [{ high: 0.9, middle: 0.5, low: 0.1 }];
  const html = sheets(course, ({ id }) => (id === 'trust' ? { predicted: 2, numbers, note } : blank));
  expect(count(html, '☒')).toBe(1);
  expect(html).toContain('Found: “Those between.” Of the fifth with the highest scores 90 % pass');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;so&quot;\nnext line');
  expect(html).not.toContain('<script>');
});

test('the order that was said at the end, and those that were measured, are on the last page', () => {
  const said = ['none', 'best-worst', '<b>'];
  const at = [{ cost: 'FLOPs', agreement: -0.5, measured: ['<b>', 'none', 'best-worst'] }];
  const html = sheets(course, () => blank, undefined, { said, at, seeds: [4, 5], updates: 20 });
  expect(count(html, '<section>')).toBe(course.length + 1);
  expect(html).toContain('highest first: none, then best-worst, then &lt;b&gt;.');
  expect(html).toContain(
    '<td>equal FLOPs</td><td>&lt;b&gt;, then none, then best-worst</td><td>\u22120.50</td>',
  );
  expect(html).toContain('over 20 updates, under seeds 4, 5:');
  expect(sheets(course, () => blank)).not.toContain('Rank four filters');
});

test('whoever teaches sees what usually happens, and how far it spreads', () => {
  const html = sheets(
    course,
    () => blank,
    () => ({ held: 7, of: 8, ranges: ['Train: kl 1 to 2'] }),
  );
  expect(count(html, 'So it was in 7 of 8 runs of ours.')).toBe(course.length);
  expect(html).toContain('Train: kl 1 to 2');
});
