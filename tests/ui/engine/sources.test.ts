import { expect, test } from 'vitest';
import { catalogue, fusedKernels, type KernelName, type Signature } from '../../../src/kernels/catalogue.ts';
import { tunings } from '../../../src/kernels/programs.ts';
import { kernelWords } from '../../../src/ui/engine/kernel-words.ts';
import { functionOf, kernelNames, modulesIn, sourcesOf, writtenOf } from '../../../src/ui/engine/sources.ts';

test.each(Object.keys(catalogue) as KernelName[])('%s has words, and all of its code', (kernel) => {
  expect(kernelWords[kernel].says).toMatch(/^[A-Z].{20,}\.$/);
  const sources = sourcesOf(kernel);
  expect(sources.map(({ file }) => file.replace(/^[a-z-]+/, ''))).toEqual(
    fusedKernels.includes(kernel) ? ['.ref.ts'] : ['.as.ts', '.ref.ts'],
  );
  for (const { text } of sources) expect(text).toMatch(/^export function [^]*\n}$/m);
  expect(sources.at(-1)!.text).toContain(`'${kernel}'`);
  const written = writtenOf(kernel);
  expect(written[0].text).toContain('@compute');
  for (const { file, text } of written) {
    expect(file).toMatch(/^[a-z-]+\.wgsl$/);
    expect(text.length).toBeGreaterThan(50);
  }
});

test('the catalogue is shown whole, in its order', () => {
  expect(kernelNames).toEqual(Object.keys(catalogue));
});

test('a function is cut out with what is said of it, and one that is not there is an error', () => {
  const text = `import x;\n\n/** One. */\nexport function one(): void {\n  if (x) {\n  }\n}\n\nexport function two() {\n}\n`;
  expect(functionOf(text, 'one')).toBe('/** One. */\nexport function one(): void {\n  if (x) {\n  }\n}');
  expect(() => functionOf(text, 'on')).toThrow('no function is called on');
});

test('the modules of a plan are told once for each dimensions, by the first plan that has them', () => {
  const { dims }: Signature = catalogue['layer-norm'];
  const sizes = (C: number) => ({ ...Object.fromEntries(dims.map((name) => [name, 8])), C });
  const step = (C: number) => ({
    kernel: 'layer-norm',
    ms: 0,
    dims: { ...sizes(C), M: { most: 16, now: 3 } },
  });
  const found = modulesIn(
    [
      { name: 'first', runs: 0, steps: [step(32), step(32)] },
      { name: 'second', runs: 0, steps: [step(32), step(64), { ...step(8), kernel: 'matmul' }] },
    ],
    'layer-norm',
    tunings.hardware,
  );
  expect(found.map(({ about }) => about)).toEqual(['first: M up to 16, C 32', 'second: M up to 16, C 64']);
  expect(found[1].modules[0].code).toContain('const C = 64u;');
  // How many rows there are is no constant.
  expect(found[1].modules[0].code).toContain('var<private> M: u32;');
});
