import { describe, expect, test } from 'vitest';
import { missingFrom, policyProblem } from '../../src/ui/host-policy.ts';

const hash = "'sha256-2sWhHM9CbURF+y2VgeCbq6nNauPtTT/NMxtNl/snhO4='";
const own = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${hash}; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'`;

/** As "directive source". */
const lacks = (header: string) =>
  missingFrom(header, own).map(({ directive, source }) => `${directive} ${source}`);
const everything = [
  `script-src ${hash}`,
  "script-src 'wasm-unsafe-eval'",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
];

describe('a header', () => {
  test.each([
    '',
    own,
    "frame-ancestors 'none'; upgrade-insecure-requests",
    `script-src 'self' 'unsafe-inline' 'unsafe-eval'; worker-src blob:`,
    `SCRIPT-SRC 'self' 'UNSAFE-INLINE' 'wasm-unsafe-eval' blob:`,
    `script-src 'self' 'wasm-unsafe-eval'; script-src-elem 'self' ${hash}; worker-src blob:`,
    `default-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:`,
    `child-src blob:; script-src 'self' 'wasm-unsafe-eval' ${hash}`,
  ])('lets the page work: %s', (header) => {
    expect(lacks(header)).toEqual([]);
  });

  test.each([
    ["default-src 'self'", everything],
    ["script-src 'self'", everything.slice(0, 3)],
    ["default-src 'none'; script-src *; style-src *", everything],
    ["script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:", [`script-src ${hash}`]],
    // A hash of another script switches 'unsafe-inline' off.
    ["script-src 'unsafe-inline' 'sha256-AAAA' 'wasm-unsafe-eval'; worker-src blob:", [`script-src ${hash}`]],
    [`script-src 'wasm-unsafe-eval' ${hash.toLowerCase()} blob:`, [`script-src ${hash}`]],
    [`script-src ${hash} 'wasm-unsafe-eval' blob:; script-src-elem 'self'`, [`script-src-elem ${hash}`]],
    [`script-src 'self' ${hash}; worker-src blob:`, ["script-src 'wasm-unsafe-eval'"]],
    [`script-src 'wasm-unsafe-eval' ${hash}; worker-src 'self'`, ['worker-src blob:']],
    // Of two directives of one name the first holds; of two policies both.
    ["worker-src 'self'; worker-src blob:", ['worker-src blob:']],
    ["worker-src blob:, worker-src 'none'", ['worker-src blob:']],
    ["style-src 'self', style-src 'none'", ["style-src 'unsafe-inline'"]],
  ])('%s lacks %j', (header, missing) => {
    expect(lacks(header)).toEqual(missing);
  });
});

test('what is said names every directive once, with what it lacks', () => {
  const words = policyProblem(missingFrom("script-src 'self'", own));
  expect(words).toContain(`script-src must allow ${hash} 'wasm-unsafe-eval', worker-src must allow blob:.`);
  expect(words).toContain('Content-Security-Policy header');
  expect(words).not.toMatch(/\.\./);
});
