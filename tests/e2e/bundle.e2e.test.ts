import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dist } from '../../scripts/build.mjs';

test('the corpus is made whole in workers alone: the page makes the tasks that it shows', async () => {
  const assets = join(dist, 'assets');
  // Only who makes all tasks has the text by which an evaluation spreads them.
  const makes = async (name: string) =>
    (await readFile(join(assets, name), 'utf8')).includes('`evaluation ${');
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const makers: string[] = [];
  for (const name of scripts) if (await makes(name)) makers.push(name.replace(/-[\w-]{8}\.js$/, ''));
  expect(makers.toSorted()).toEqual(['lab.worker', 'policy-tfjs.worker', 'policy.worker']);
});
