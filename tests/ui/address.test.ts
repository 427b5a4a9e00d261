import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presets } from '../../scripts/presets.ts';
import { filterNames, ownExamples, ownName, readyNames } from '../../src/ppo/filter.ts';
import { scoreExamples } from '../../src/ppo/own/score-examples.ts';
import { standardNoise } from '../../src/ppo/noise.ts';
import {
  checkKnobs,
  defaultConfig,
  defaultKnobs,
  fitKnobs,
  knobNames,
  knobTable,
  presetNames,
} from '../../src/ppo/knobs.ts';
import {
  engineChoices,
  filterModes,
  MOST_CODE,
  OFF,
  readyTeachers,
  teachers,
  type Knobs,
} from '../../src/protocol/config.ts';
import {
  addressOf,
  apartFromCode,
  codesFitAddress,
  configFromAddress,
  withCodes,
} from '../../src/ui/address.ts';
import { anyNoise } from '../ppo/any-noise.ts';

describe('an address', () => {
  test('that asks for nothing is the default', () => {
    expect(configFromAddress('')).toEqual({ config: defaultConfig, codes: {}, problems: [] });
    expect(addressOf('', defaultConfig, defaultKnobs)).toBe('');
  });

  test('says what differs, in words', () => {
    const search = '?seed=7&engine=cpu&n=4&teacher=weak&filter=none&lr=0.0001';
    const { config, problems } = configFromAddress(search);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      seed: 7,
      engine: 'cpu',
      knobs: { groupSize: 4, teacher: 'weak', learningRate: 1e-4 },
    });
    expect(config.knobs.filter).toEqual({ name: 'none', mode: 'select', keep: 2, profile: [1, 0, 0, 1] });
    expect(addressOf('?type=large', config, config.knobs)).toBe(
      '?type=large&scenario=weak-model&seed=7&engine=cpu&n=4&lr=0.0001&filter=none&v=1',
    );
  });

  test('is a difference to a scenario, which it names; one of before scenarios were named means the same', () => {
    const knobsOf = (search: string) => {
      const { config, problems } = configFromAddress(search);
      expect(problems).toEqual([]);
      return config.knobs;
    };
    for (const [named, before] of [
      ['?scenario=hacked-top', '?teacher=tests&noise=exploits&v=1'],
      ['?scenario=good-reward&kl=0.3', '?teacher=strong&kl=0.3&v=1'],
      ['?scenario=the-tests&noise=flipped', '?teacher=tests&noise=flipped'],
      ['?scenario=unsure-middle&seed=1', ''],
    ])
      expect(knobsOf(named)).toEqual(knobsOf(before));
    const written = (search: string) => addressOf('', defaultConfig, knobsOf(search));
    expect(written('?teacher=tests&noise=exploits&kl=0.3')).toBe('?scenario=hacked-top&kl=0.3&v=1');
    expect(written('?scenario=hacked-top&height=3')).toBe('?scenario=hacked-top&height=3&v=1');
    // What none of them has is a difference to the first.
    expect(written('?scenario=the-tests&noise=flipped')).toBe('?teacher=tests&noise=flipped&v=1');
    // Chosen once, it gives way to another one.
    expect(addressOf('?scenario=weak-model&v=1', defaultConfig, defaultKnobs)).toBe('');
    expect(configFromAddress('?scenario=hacked&kl=0.3')).toMatchObject({
      config: { knobs: { ...defaultKnobs, klCoef: 0.3 } },
      problems: [
        'The address asks for scenario=hacked; it can be unsure-middle, unsure-tests, good-reward, hacked-top, weak-model, the-tests.',
      ],
    });
  });

  test('says of what is off that it is', () => {
    const off = { ...defaultKnobs, clipRange: OFF };
    expect(addressOf('', defaultConfig, off)).toBe('?clip=off&v=1');
    expect(configFromAddress('?clip=off')).toMatchObject({ config: { knobs: off }, problems: [] });
    expect(configFromAddress('?clip=none')).toMatchObject({
      config: { knobs: defaultKnobs },
      problems: ['The address asks for clip=none; it can be a number from 0.001 to 10, or off.'],
    });
  });

  test('and a configuration are the same thing', () => {
    const anyKnobs = fc.record(
      Object.fromEntries(
        knobNames.map((name) => {
          const knob = knobTable[name];
          if (knob.kind === 'number') return [name, fc.constantFrom(...knob.steps)];
          if (name === 'teacher') return [name, fc.constantFrom(...readyTeachers)];
          if (knob.kind === 'choice') return [name, fc.constantFrom(...knob.options)];
          if (knob.kind === 'code') return [name, fc.constant('')];
          // An address has no −0.
          if (knob.kind === 'noise')
            return [name, anyNoise.map((noise) => ({ ...noise, height: noise.height + 0 }))];
          const profile = fc.array(fc.constantFrom(0, 0.5, 1, 2.25), { minLength: 1, maxLength: 8 });
          const keep = fc.integer({ min: 1, max: 8 });
          return [
            name,
            fc.record({
              name: fc.constantFrom(...readyNames),
              mode: fc.constantFrom(...filterModes),
              keep,
              profile,
            }),
          ];
        }),
      ),
    ) as unknown as fc.Arbitrary<Knobs>;
    fc.assert(
      fc.property(anyKnobs, fc.nat(), fc.constantFrom(...engineChoices), (wished, seed, engine) => {
        const knobs = fitKnobs(wished);
        const address = addressOf('?type=large', { ...defaultConfig, seed, engine }, knobs);
        expect(configFromAddress(address)).toEqual({
          config: { ...defaultConfig, seed, engine, knobs },
          codes: {},
          problems: [],
        });
        expect(addressOf(address, { ...defaultConfig, seed, engine }, knobs)).toBe(address);
      }),
    );
  });

  test('has a version: of another one the visitor is told, and what it asks for is understood as well as can be', () => {
    expect(addressOf('?v=1&type=large', defaultConfig, defaultKnobs)).toBe('?type=large');
    expect(configFromAddress('?seed=3&v=1').problems).toEqual([]);
    const { config, problems } = configFromAddress('?seed=3&v=2');
    expect(config.seed).toBe(3);
    expect(problems).toEqual([
      expect.stringContaining('of another version than this page reads, which is 1'),
    ]);
    expect(addressOf('?seed=3&v=2', config, config.knobs)).toBe('?seed=3&v=1');
  });

  test('need not say more than it means', () => {
    const filterOf = (search: string) => {
      const { config, problems } = configFromAddress(search);
      expect(problems).toEqual([]);
      return config.knobs.filter;
    };
    // Ranks that are not said weigh nothing, and only as many are kept as weigh something.
    expect(filterOf('?filter=rank-profile&profile=3,1,1&keep=3')).toMatchObject({
      keep: 3,
      profile: [3, 1, 1, 0, 0, 0, 0, 0],
    });
    expect(filterOf('?filter=rank-profile&profile=1')).toMatchObject({ keep: 1, mode: 'select' });
    expect(filterOf('?n=1')).toMatchObject({ name: 'best-worst', keep: 1, profile: [1] });
  });

  test('can name the models that there are', () => {
    expect([...presetNames]).toEqual(Object.keys(presets));
    expect([...presetNames].sort()).toEqual(
      readdirSync(new URL('../../public/models/', import.meta.url)).sort(),
    );
    expect(configFromAddress('?preset=auto')).toEqual({ config: defaultConfig, codes: {}, problems: [] });
    const small = { ...defaultConfig, preset: 'small' };
    expect(configFromAddress('?preset=small')).toEqual({ config: small, codes: {}, problems: [] });
    expect(addressOf('', small, small.knobs)).toBe('?preset=small&v=1');
  });

  test.each([
    ['?seed=-1', 'The address asks for seed=-1; it can be a whole number from 0.'],
    ['?seed=1e99', 'The address asks for seed=1e99; it can be a whole number from 0.'],
    ['?engine=abacus', 'The address asks for engine=abacus; it can be auto, webgpu, cpu, tfjs.'],
    ['?lr=off', 'The address asks for lr=off; it can be a number from 0 to 1.'],
    ['?n=3.5', 'The address asks for n=3.5; it can be a whole number from 1 to 64.'],
    ['?teacher=', `The address asks for teacher=; it can be ${teachers.join(', ')}.`],
    ['?preset=../secret', 'The address asks for preset=../secret; it can be auto, tiny, small.'],
    ['?filter=sieve', `The address asks for filter=sieve; it can be ${filterNames.join(', ')}.`],
    [
      '?profile=1,x',
      'The address asks for profile=1,x; it can be up to 64 numbers from 0 to 1000000, with commas.',
    ],
    ['?keep=9', 'The address asks for what cannot be. best-worst can keep 1 to 8 of the 8 responses: got 9.'],
    [
      '?filter=rank-profile&profile=0,0',
      'The address asks for what cannot be. A rank profile needs at least one weight above 0: got only zeros.',
    ],
    [
      '?filter=rank-profile&n=2&profile=1,2,3',
      'The address asks for what cannot be. A rank profile for 2 responses has 1 to 2 weights: got 3.',
    ],
    [
      '?noise-profile=1,2',
      'The address asks for noise-profile=1,2; it can be up to 32 numbers from 0 to 1, with commas.',
    ],
    ['?false-pass=half', 'The address asks for false-pass=half; it can be a number from 0 to 1.'],
    [
      '?noise=profile&noise-profile=0,0',
      'The address asks for what cannot be. A profile needs a number above 0, or a response that passes has no score: got only zeros.',
    ],
    [
      '?prompts=256&n=64',
      'The address asks for what cannot be. An update can have up to 4096 programs: 256 prompts with 64 responses are 16384.',
    ],
  ])('%s: the rest is obeyed, and a sentence says what it can be', (search, problem) => {
    const { config, problems } = configFromAddress(`${search}&clip=0.3`);
    expect(problems).toEqual([problem]);
    expect(config.knobs.clipRange).toBe(0.3);
    expect(checkKnobs(config.knobs)).toBeUndefined();
  });

  test('that names what is no setting says so, once, and names what may be meant', () => {
    const { config, problems } = configFromAddress('?filtre=none&learning-rate=0.1&clip=0.3');
    expect(config.knobs).toEqual({ ...defaultKnobs, clipRange: 0.3 });
    expect(problems).toEqual([
      'The address names “filtre” (filter may be meant), “learning-rate” (lr may be meant), which are no settings of this page: nothing is set by them.',
    ]);
    expect(configFromAddress('?x%E2%80%AEy=1').problems).toEqual([
      'The address names “x\\u{202e}y”, which is no setting of this page: nothing is set by it.',
    ]);
    expect(configFromAddress(`?${'abcdefg'.split('').join('=&')}=`).problems).toEqual([
      expect.stringContaining('“e” and 2 more, which are no settings'),
    ]);
  });

  test('has names that are others’ in silence: of large type, and of those who follow visitors', () => {
    const others = 'type=large&utm_source=a&utm_campaign=b&fbclid=c&gclid=d&msclkid=e&mc_cid=f&ref=g&_gl=h';
    expect(configFromAddress(`?${others}`).problems).toEqual([]);
    expect(configFromAddress('?code=x&score-code=y&keep=2&mode=select&v=1').problems).toEqual([]);
  });

  test('is said again with what cannot be seen as numbers', () => {
    expect(configFromAddress('?engine=a%E2%80%AE%00b').problems).toEqual([
      'The address asks for engine=a\\u{202e}\\u{0}b; it can be auto, webgpu, cpu, tfjs.',
    ]);
  });

  test('of any text gives a run that can be trained', () => {
    const names = [
      ...knobNames.map((name) => knobTable[name].address),
      'seed',
      'engine',
      'keep',
      'mode',
      'profile',
      'preset',
      'code',
      ...['share', 'spread', 'height', 'false-pass', 'false-fail', 'noise-profile'],
    ];
    const pair = fc.tuple(
      fc.constantFrom(...names),
      fc.oneof(fc.string(), fc.constant(ownName), fc.double().map(String), fc.integer().map(String)),
    );
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const { config } = configFromAddress(`?${new URLSearchParams(pairs).toString()}`);
        expect(checkKnobs(config.knobs)).toBeUndefined();
      }),
    );
  });
});

test('a noise on the tests is in the address: what differs from how it begins', () => {
  const noise = { ...standardNoise('unsure'), share: 0.5 };
  const knobs: Knobs = { ...defaultKnobs, teacher: 'tests', noise };
  const address = addressOf('', defaultConfig, knobs);
  expect(address).toBe('?scenario=unsure-tests&share=0.5&v=1');
  expect(configFromAddress('?teacher=tests&noise=unsure&share=.5').config.knobs).toEqual(knobs);
  expect(configFromAddress(address)).toEqual({
    config: { ...defaultConfig, knobs },
    codes: {},
    problems: [],
  });
  const profile = { ...standardNoise('profile'), profile: [0.1, 0.9] };
  const drawn = addressOf('', defaultConfig, { ...knobs, noise: profile });
  expect(drawn).toContain('noise-profile=0.1,0.9');
  expect(configFromAddress(drawn).config.knobs.noise).toEqual(profile);
  const bad = configFromAddress('?noise=loud&share=2');
  expect(bad.config.knobs.noise).toEqual(defaultKnobs.noise);
  expect(bad.problems).toEqual([
    expect.stringMatching(/noise=loud; it can be none, unsure/),
    'The address asks for share=2; it can be a number from 0 to 1.',
  ]);
});

describe.each([
  { kind: 'filter', asks: `filter=${ownName}`, place: 'code', examples: ownExamples, other: 'filter=none' },
  {
    ...{ kind: 'score', asks: 'teacher=own-score', place: 'score-code', examples: scoreExamples },
    other: 'teacher=strong',
  },
] as const)('a $kind that somebody wrote', ({ kind, asks, place, examples, other }) => {
  const asked = (code: string) => `?${asks}&${new URLSearchParams([[place, code]]).toString()}`;
  const using = (code: string) => withCodes(defaultKnobs, { [kind]: code });

  test('comes with its code, which is not the run’s before a visitor says so', () => {
    for (const { code } of examples) {
      const address = addressOf('', defaultConfig, using(code));
      expect(codesFitAddress({ [kind]: code })).toBe(true);
      expect(configFromAddress(address)).toEqual({
        config: defaultConfig,
        codes: { [kind]: code },
        problems: [],
      });
      expect(addressOf(address, defaultConfig, using(code))).toBe(address);
      expect(addressOf(address, defaultConfig, defaultKnobs)).toBe('');
    }
  });

  test('has any characters that can be seen', () => {
    const code = 'const π = "a&b=c#d%41+ ü 🙂";\n\treturn `${π}`;\r\n';
    expect(configFromAddress(addressOf('', defaultConfig, using(code))).codes).toEqual({ [kind]: code });
  });

  test('is left out of the address where it is too long for one, and asked for again by nobody', () => {
    const long = 'é'.repeat(MOST_CODE);
    expect(codesFitAddress({ [kind]: long })).toBe(false);
    const address = addressOf('', defaultConfig, using(long));
    expect(address).toBe(`?${asks}&v=1`);
    expect(configFromAddress(address)).toEqual({
      ...{ config: defaultConfig, codes: { [kind]: '' } },
      problems: [`The address asks for a ${kind} of somebody’s own, but does not carry its code.`],
    });
  });

  test.each([
    ['too long', asked('x'.repeat(MOST_CODE + 1))],
    ['empty', asked(' \n')],
    ['not decodable', `?${asks}&${place}=%ff%fe`],
    ['half a character', `?${asks}&${place}=%ED%A0%80`],
    ['turned round', asked('a = \u202e1; // \u2066')],
    ['without width', asked('a\u200bb')],
    ['with a control character', asked('a\u0000b')],
  ])('%s: the default, and a sentence', (_, address) => {
    const { config, codes, problems } = configFromAddress(`${address}&clip=0.3`);
    expect([config.knobs, codes]).toEqual([{ ...defaultKnobs, clipRange: 0.3 }, { [kind]: '' }]);
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(
          `^The address asks for ${place}=.{0,40}; it can be the code of a ${kind}, up to 4000 characters that can be seen\\.$`,
          's',
        ),
      ),
    ]);
  });

  test('is not looked at where another is asked for', () => {
    const found = configFromAddress(`?${other}&${place}=x`);
    expect([found.codes, found.problems]).toEqual([{}, []]);
    expect(found.config.knobs.teacherCode).toBe('');
  });
});

describe('code of both kinds', () => {
  const both = { filter: ownExamples[0].code, score: scoreExamples[0].code };

  test('comes together, and apart from the knobs that train with it', () => {
    const knobs = withCodes({ ...defaultKnobs, clipRange: 0.3 }, both);
    expect(configFromAddress(addressOf('', defaultConfig, knobs)).codes).toEqual(both);
    expect(apartFromCode(knobs)).toEqual({ codes: both, others: { ...defaultKnobs, clipRange: 0.3 } });
    // Code that nothing trains with is nobody's to be found again.
    const dormant: Knobs = {
      ...withCodes(defaultKnobs, both),
      ...{ teacher: 'strong', filter: { ...defaultKnobs.filter, code: 'x' } },
    };
    expect(apartFromCode(dormant)).toEqual({ codes: {}, others: { ...defaultKnobs, teacher: 'strong' } });
  });

  test('is left out where it is too long together', () => {
    const half = { filter: 'x'.repeat(3500), score: 'y'.repeat(3500) };
    expect([{ filter: half.filter }, { score: half.score }, half].map(codesFitAddress)).toEqual([
      true,
      true,
      false,
    ]);
    expect(addressOf('', defaultConfig, withCodes(defaultKnobs, half))).toBe(
      `?teacher=own-score&filter=${ownName}&v=1`,
    );
  });
});
