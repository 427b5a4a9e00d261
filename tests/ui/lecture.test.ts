import { expect, test, vi } from 'vitest';

vi.stubGlobal('location', { search: '', href: 'https://site.example/', hash: '#/' });
vi.stubGlobal('document', { documentElement: { dataset: {} } });
vi.stubGlobal('addEventListener', () => undefined);
const { addressWith, partNames, setupFrom } = await import('../../src/ui/lecture/lecture.svelte.ts');

test('an address says what is left out, and nothing else of it changes', () => {
  const address = 'https://site.example/a/?seed=7&hide=flow&filter=none#/compare';
  const setup = { hidden: ['filter', 'recipe'] as const, hasKeys: true };
  const link = addressWith(address, setup);
  expect(link).toBe('https://site.example/a/?seed=7&filter=none&hide=filter,recipe&keys#/compare');
  expect(setupFrom(new URL(link).search)).toEqual(setup);
  expect(addressWith(link, { hidden: [], hasKeys: false })).toBe(
    'https://site.example/a/?seed=7&filter=none#/compare',
  );
});

test('what there is not is not left out', () => {
  expect(setupFrom('?hide=recipe,everything,%3Cscript%3E,recipe')).toEqual({
    hidden: ['recipe'],
    hasKeys: false,
  });
  expect(setupFrom('')).toEqual({ hidden: [], hasKeys: false });
  expect(setupFrom(`?hide=${partNames.join()}`).hidden).toEqual(partNames);
});
