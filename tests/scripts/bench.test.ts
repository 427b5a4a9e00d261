import { describe, expect, test } from 'vitest';
import { main, withMeasured } from '../../scripts/bench.ts';
import { NoGpu, openDawn } from '../../scripts/bench/dawn.ts';
import { tableOf, type Section } from '../../scripts/bench/table.ts';
import { timesOf, type Heard } from '../../scripts/bench/update.ts';

test('a table has every column that a row names, and blanks where a row has none', () => {
  const rows: Section['rows'] = [
    { network: 'small', ms: 1.5 },
    { network: 'large', submits: 2 },
  ];
  expect(tableOf({ title: 'Steps', rows })).toBe(`Steps

| network | ms | submits |
| --- | --- | --- |
| small | 1.5 |  |
| large |  | 2 |
`);
});

test('a filter that there is not: 2', async () => {
  expect(await main(['--filters', 'best-of-all'])).toBe(2);
});

test('an update is from its prompts until it is done; an evaluation is what it adds before the next', () => {
  // 3 to 7 count: they take 103 to 107, are 5 apart, and 405 where an evaluation is in between.
  const heard: Heard[] = [];
  let now = 0;
  for (let update = 1; update <= 8; update++) {
    heard.push(['prompts', update, now]);
    now += update < 3 ? 999 : 100 + update;
    heard.push(['updated', update, now]);
    now += update % 5 === 0 ? 405 : 5;
  }
  expect(timesOf(heard, 5)).toEqual({ 'all ms': 105, 'between ms': 5, 'an evaluation ms': 400 });
  expect(timesOf(heard, 20)).toEqual({ 'all ms': 105, 'between ms': 5 });
});

test('what is measured replaces what was below its heading, and leaves all else', () => {
  const page = '# Cost\n\n"Measured" is below.\n\n## Measured\n\n## On a GPU\n';
  const both = withMeasured(withMeasured(page, '## Measured', 'old\n'), '## On a GPU', 'gpu\n');
  expect(withMeasured(both, '## Measured', 'new\n')).toBe(
    '# Cost\n\n"Measured" is below.\n\n## Measured\n\nnew\n\n## On a GPU\n\ngpu\n',
  );
  expect(() => withMeasured('# Cost\n', '## Measured', 'new\n')).toThrow('Measured');
});

describe('WebGPU in Node', () => {
  const needs = 'On Linux it needs a Vulkan loader (libvulkan1) and the driver of the GPU.';

  test('that does not load: a line says why and what it needs, and nothing is left behind', async () => {
    const missing = () =>
      Promise.reject(new Error('libvulkan.so.1: cannot open shared object file\nat dlopen'));
    const why = `WebGPU in Node does not load: libvulkan.so.1: cannot open shared object file ${needs}`;
    await expect(openDawn(missing)).rejects.toThrow(new NoGpu(why));
    expect('GPUBufferUsage' in globalThis).toBe(false);
  });

  test('that finds no GPU says so; one that does is there until it is closed', async () => {
    const dawn = (adapter: object | null) => () =>
      Promise.resolve({
        create: () => ({ requestAdapter: () => Promise.resolve(adapter) }) as unknown as GPU,
        globals: { GPUBufferUsage: { STORAGE: 128 } },
      });
    await expect(openDawn(dawn(null))).rejects.toThrow(
      new NoGpu(`Dawn finds no GPU on this machine. ${needs}`),
    );
    expect('gpu' in navigator).toBe(false);
    const close = await openDawn(dawn({}));
    expect('gpu' in navigator).toBe(true);
    expect(GPUBufferUsage.STORAGE).toBe(128);
    close();
    expect('gpu' in navigator).toBe(false);
  });
});
