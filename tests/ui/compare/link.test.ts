import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownName } from '../../../src/ppo/filter.ts';
import { checkKnobs, defaultConfig, defaultKnobs, fitKnobs, knobTable } from '../../../src/ppo/knobs.ts';
import { OFF, type FilterConfig, type Knobs } from '../../../src/protocol/config.ts';
import { queryOf, setupOf, startAsked, travels } from '../../../src/ui/compare/link.ts';
import { armOf, released, updateChoices, type RaceSetup } from '../../../src/ui/compare/setup.ts';

const arm = (part: Partial<Knobs> = {}) => armOf(defaultConfig, fitKnobs({ ...defaultKnobs, ...part }));
const filter = (part: Partial<FilterConfig>) => ({ filter: { ...defaultKnobs.filter, ...part } });
const two: RaceSetup = { arms: [arm(filter({ name: 'none' })), arm()], seeds: [1, 2, 3], updates: 20 };

describe('a link to a comparison', () => {
  test('says once what all have in common, and of each what differs', () => {
    expect(queryOf(two)).toBe('arms=2&seeds=1,2,3&updates=20&1.filter=none&v=1');
    const all = { klCoef: 0.03, clipRange: OFF };
    const arms = [arm({ ...all, ...filter({ name: 'none' }) }), arm({ ...all, groupSize: 4 })];
    expect(queryOf({ ...two, arms, seeds: [7] })).toBe(
      'arms=2&seeds=7&updates=20&kl=0.03&clip=off&1.filter=none&v=1&2.n=4',
    );
  });

  test('and what it asks for are the same thing', () => {
    const settings = fc.record({
      klCoef: fc.constantFrom(...knobTable.klCoef.steps),
      groupSize: fc.constantFrom(...knobTable.groupSize.steps),
      clipRange: fc.constantFrom(...knobTable.clipRange.steps),
      filter: fc.constantFrom(...['none', 'best-worst', 'best-of-n'].map((name) => filter({ name }).filter)),
    });
    const setups = fc.record({
      arms: fc.array(settings.map(arm), { minLength: 2, maxLength: 4 }),
      seeds: fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 8 }),
      updates: fc.constantFrom(...updateChoices),
    });
    fc.assert(
      fc.property(setups, (setup) => {
        // The address has no name for what cannot be.
        fc.pre(setup.arms.every(({ knobs }) => checkKnobs(knobs) === undefined));
        expect(setupOf(queryOf(setup))).toEqual({ setup, problems: [] });
      }),
    );
  });

  test('holds code that comes along until somebody has read it', () => {
    const code = 'return group.responses.map(() => 1); // ä & = ?';
    const own = arm(filter({ name: ownName, code }));
    const { setup, problems } = setupOf(queryOf({ ...two, arms: [arm(), own] }));
    expect(problems).toEqual([]);
    const [plain, held] = setup.arms;
    expect(plain).toEqual(arm());
    expect(held.held).toEqual({ filter: code });
    expect(held.knobs.filter).toEqual(defaultKnobs.filter);
    expect(setupOf(queryOf(setup)).setup).toEqual(setup);
    expect(released(held, true)).toEqual(own);
    expect(released(held, false)).toEqual(arm());
  });

  test('that asks for what cannot be gets the rest, and a sentence each', () => {
    const { setup, problems } = setupOf('arms=9&seeds=1,1&updates=17&clip=x&2.filter=none&nonsense=1&5.n=3');
    expect(setup).toEqual({ arms: [arm(), arm(filter({ name: 'none' }))], seeds: [1, 2, 3], updates: 20 });
    expect(problems).toEqual([
      'The link asks for arms=9; it can be 2 to 4.',
      'The link asks for updates=17; it can be 10, 20, 40, 60.',
      'The link asks for seeds=1,1; it can be up to 8 different whole numbers, with commas.',
      'The address asks for clip=x; it can be a number from 0.001 to 10, or off.',
      'The address names “nonsense”, which is no setting of this page: nothing is set by it.',
    ]);
    fc.assert(
      fc.property(fc.string(), (query) => {
        const { arms, seeds, updates } = setupOf(query).setup;
        expect(arms.every(({ knobs }) => checkKnobs(knobs) === undefined)).toBe(true);
        expect([arms.length >= 2, seeds.length >= 1, updateChoices.includes(updates)]).toEqual([
          true,
          true,
          true,
        ]);
      }),
    );
  });

  test('of a run of this browser says which, and after which update', () => {
    expect(startAsked('run=a-b&update=40')).toEqual({ id: 'a-b', update: 40 });
    expect(startAsked('run=a-b')).toEqual({ id: 'a-b' });
    expect(startAsked('run=a-b&update=4x')).toEqual({ id: 'a-b' });
    expect(startAsked('arms=2&updates=20')).toBeUndefined();
  });

  test('does not carry tasks and policies of one’s own', () => {
    expect(travels(two)).toBe(true);
    expect(travels({ ...two, arms: [arm(), { ...arm(), policy: 'own-0123456789abcdef' as never }] })).toBe(
      false,
    );
  });
});
