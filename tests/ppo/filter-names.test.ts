import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filterNames } from '../../src/ppo/filter.ts';

const src = new URL('../../src/', import.meta.url);

/** Lines of a file that hold a filter's name as a string of its own. */
function namings(path: string): string[] {
  const quoted = new RegExp(`(['"\`])(${filterNames.join('|')})\\1`);
  return (
    readFileSync(new URL(path, src), 'utf8')
      .split('\n')
      // A comment may give an example.
      .filter((line) => quoted.test(line) && !/^\s*(\/?\*|\/\/)/.test(line))
      .map((line) => `${path}: ${line.trim()}`)
  );
}

test('no file but a filter’s own knows it by name, and what teaches of one; the default names one', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(ts|svelte)$/.test(path));
  const own = files.filter((path) => path.startsWith('ppo/filters/'));
  expect(own.flatMap(namings).length).toBeGreaterThanOrEqual(filterNames.length);
  const others = files
    .filter((path) => !own.includes(path) && !/^(course|ui\/article)\//.test(path))
    .flatMap(namings);
  expect(others.toSorted()).toEqual([
    // A line of a drawing is not filled.
    expect.stringMatching(/^drawing\/svg\.ts: return `<polyline /),
    // The label of what a suite's other arms are compared with.
    expect.stringMatching(/^evidence\/compare\.ts: export const baselineLabel /),
    expect.stringMatching(/^ppo\/knob-table\.ts: standard: /),
    // Neither filter nor noise.
    expect.stringMatching(/^ppo\/noises\/none\.ts: name: /),
    // The shape of a drawing.
    expect.stringMatching(/^ui\/healthy\/ExampleCurve\.svelte: preserveAspectRatio=/),
    // An option of the editor that happens to be called so.
    expect.stringMatching(/^ui\/response\/monaco\.ts: renderLineHighlight: /),
  ]);
});
