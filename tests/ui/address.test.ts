import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/protocol/config.ts';
import { configFromAddress } from '../../src/ui/address.ts';

test('a bare address means the default', () => {
  expect(configFromAddress('')).toEqual(defaultConfig);
  expect(configFromAddress('?utm=x')).toEqual(defaultConfig);
});
test('engine and seed', () => {
  expect(configFromAddress('?engine=cpu&seed=7')).toEqual({ ...defaultConfig, engine: 'cpu', seed: 7 });
});
test.each(['?engine=gpu', '?seed=-1', '?seed=1.5', '?seed=', '?seed=99999999999999999999'])(
  '%s is refused, with what is allowed',
  (search) => {
    expect(() => configFromAddress(search)).toThrow(/^The address asks for .*; it can be /);
  },
);
