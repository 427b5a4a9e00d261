import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../scripts/course-pack.ts';
import { course } from '../../src/course/course.ts';

test('worksheet and instructor’s sheet are printed, a page or more for every lesson', async () => {
  const out = await mkdtemp(join(tmpdir(), 'course-pack-'));
  expect(await main(['--out', out])).toBe(0);
  for (const name of ['worksheet', 'instructor']) {
    const pdf = await readFile(join(out, `${name}.pdf`), 'latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    expect(pdf.match(/\/Type ?\/Page\b/g)!.length).toBeGreaterThanOrEqual(course.length);
    const html = await readFile(join(out, `${name}.html`), 'utf8');
    expect(html.includes('Usually:')).toBe(name === 'instructor');
  }
});
