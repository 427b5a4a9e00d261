import { expect, test, vi } from 'vitest';
import { checkKnobs, defaultKnobs } from '../../src/ppo/knobs.ts';

vi.stubGlobal('location', { search: '', href: 'https://site.example/', hash: '#/' });
vi.stubGlobal('document', { documentElement: { dataset: {} } });
vi.stubGlobal('addEventListener', () => undefined);
const { addressWith, lecture, lockableNames, partNames, setupFrom } =
  await import('../../src/ui/lecture/lecture.svelte.ts');

test('an address says what is left out, and nothing else of it changes', () => {
  const address = 'https://site.example/a/?seed=7&hide=flow&lock=filter&filter=none#/compare';
  const setup = { hidden: ['filter', 'recipe'], locked: ['scenario', 'recipe'], hasKeys: true } as const;
  const link = addressWith(address, setup);
  expect(link).toBe(
    'https://site.example/a/?seed=7&filter=none&hide=filter,recipe&lock=scenario,recipe&keys#/compare',
  );
  expect(setupFrom(new URL(link).search)).toEqual(setup);
  expect(addressWith(link, { hidden: [], locked: [], hasKeys: false })).toBe(
    'https://site.example/a/?seed=7&filter=none#/compare',
  );
});

test('what there is not is not left out', () => {
  expect(setupFrom('?hide=recipe,everything,%3Cscript%3E,recipe')).toEqual({
    ...{ hidden: ['recipe'], locked: [], hasKeys: false },
  });
  expect(setupFrom('')).toEqual({ hidden: [], locked: [], hasKeys: false });
  // The curves have nothing that sets a run.
  expect(setupFrom('?lock=curves,recipe,recipe,%00').locked).toEqual(['recipe']);
  expect(setupFrom(`?lock=${partNames.join()}`).locked).toEqual(lockableNames);
  expect(setupFrom(`?hide=${partNames.join()}`).hidden).toEqual(partNames);
});

test('what is locked stays when several settings are changed at once, such as to the default', () => {
  const filter = { ...defaultKnobs.filter, name: 'best-of-n', keep: 3 };
  const before = { ...defaultKnobs, filter, teacher: 'tests', klCoef: 0.5 } as const;
  const allowed = (locked: typeof lockableNames, wanted = defaultKnobs) => {
    lecture.setup = { hidden: [], locked, hasKeys: false };
    return lecture.allowed(before, wanted);
  };
  expect(allowed([])).toBe(defaultKnobs);
  expect(allowed(['filter'])).toEqual({ ...defaultKnobs, filter });
  expect(allowed(['scenario'])).toEqual({ ...defaultKnobs, teacher: 'tests' });
  expect(allowed(['recipe'])).toEqual({ ...before, filter: defaultKnobs.filter });
  expect(allowed(['filter', 'recipe'])).toEqual(before);
  // More than there are cannot be kept, whatever is locked.
  const fewer = allowed(['filter'], { ...defaultKnobs, groupSize: 2 });
  expect(checkKnobs(fewer)).toBeUndefined();
  expect(fewer.filter).toMatchObject({ name: 'best-of-n', keep: 2 });
});
