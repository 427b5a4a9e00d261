/** What a score that a visitor writes is told of a response. Of its tests which it passes, and never what they ask or expect. */

/** R responses. */
export interface ScoreFacts {
  /** (R) */
  programs: readonly string[];
  /** (R) */
  statements: readonly string[];
  /** (R) tokens of the response, without its end token. */
  tokens: ArrayLike<number>;
  /** (R) whether it closed with an end token. */
  ended: ArrayLike<boolean | number>;
  /** (R) by test; without it the tests are not told of. */
  passes?: readonly (readonly boolean[])[];
}

/** Whether the code names what only the unit tests can tell, and so waits for them. */
export const namesTests = (code: string): boolean => /\b(passed|tests|passes)\b/.test(code);

/** The arguments of `score`, response by response, each as the JSON of an array. (R) */
export function scoreArguments({ programs, statements, tokens, ended, passes }: ScoreFacts): string[] {
  return programs.map((program, row) => {
    const own = passes?.[row];
    const truth = own && { passed: own.filter(Boolean).length, tests: own.length, passes: own };
    const answer = { program, statement: statements[row], tokens: tokens[row], ended: Boolean(ended[row]) };
    return JSON.stringify([{ ...answer, ...truth }]);
  });
}

/** Responses that a score may meet, and that the batch at hand may not show, with words to follow "a made-up response". */
export const madeUpResponses: readonly { says: string; facts: ScoreFacts }[] = [
  ['that is right', 'return a.reduce((s, x) => s + x, 0);', 12, true, true],
  ['that is right', 'let s = 0;\n  for (const x of a) {\n    s += x;\n  }\n  return s;', 25, true, true],
  ['that is wrong', 'return a.length;', 5, true, false],
  ['of no token', '', 0, true, false],
  ['that was cut off', /* @wc-ignore */ 'return ('.repeat(20), 40, false, false],
].map(([says, body, tokens, ended, isRight]) => ({
  says: String(says),
  facts: {
    programs: [`function f(a) {\n  ${String(body)}\n}\n`],
    statements: [/* @wc-ignore */ 'the sum of a'],
    tokens: [Number(tokens)],
    ended: [Boolean(ended)],
    passes: [Array.from({ length: 12 }, (_, test) => isRight === true || test % 5 === 2)],
  },
}));
