/** The score that a visitor writes: JavaScript with a function `score(answer)`, called once for every response, that returns a number. */
import { callInParts, callTwice, checkCode, numberOf, shown, type Call } from './own-code.ts';
import { madeUpResponses, namesTests, scoreArguments, type ScoreFacts } from './score-facts.ts';

export { namesTests, type ScoreFacts } from './score-facts.ts';

const ENTRY = 'score';
/** Responses whose calls share the sandbox's fuel. */
const RESPONSES_PER_REQUEST = 64;
/** What a score may be, on either side of 0: as far as a reward model's goes. */
export const SCORE_LIMIT = 5;

/** What is wrong with a score's code, as a sentence, before it is run; undefined if nothing. */
export const checkScoreCode = (code: unknown): string | undefined => checkCode(code, 'Your own score', ENTRY);

function scoreOf(text: string): { value: number } | string {
  const value = numberOf(text);
  if (value === undefined) return `a score is a number, or true or false: it returned ${shown(text)}`;
  return Number.isFinite(value) ? { value } : `a score is a finite number: it returned ${value}`;
}

/** What the code is told: nothing of the tests where it names nothing of them. */
const told = (code: string, { passes, ...others }: ScoreFacts): ScoreFacts =>
  namesTests(code) ? { ...others, passes } : others;

/**
 * (R) what the code says, as it says it: `scoresOfCode` cuts it off.
 *
 * @throws OwnCodeError where the code fails or returns no number; what `call` rejects with
 */
function rawScores(call: Call, code: string, facts: ScoreFacts): Promise<number[]> {
  return callInParts(
    ...([RESPONSES_PER_REQUEST, call, code, ENTRY, scoreArguments(told(code, facts))] as const),
    scoreOf,
    (index) => `response ${index + 1}`,
  );
}

/** A score as training has it. */
const cut = (score: number) => Math.max(-SCORE_LIMIT, Math.min(SCORE_LIMIT, score));

/**
 * (R) the scores of a batch, cut off at ±5. They are neither standardised nor given a noise: how far apart they are is the visitor's choice, and
 * so is what a response scores that was cut off.
 *
 * @throws OwnCodeError where the code fails or returns no number; what `call` rejects with
 */
export async function ownScores(call: Call, code: string, facts: ScoreFacts): Promise<Float32Array> {
  return Float32Array.from(await rawScores(call, code, facts), cut);
}

/** What became of the batch at hand. */
export interface TriedScores {
  /** (R) cut off. */
  scores: Float32Array;
  /** How many were cut off. */
  cutCount: number;
}

/**
 * Tries a score before it may train: on made-up responses, each twice in another order, and on the batch at hand. It must return finite
 * numbers, the same for the same.
 *
 * @returns the scores of the batch at hand, if there is one
 * @throws OwnCodeError as `ownScores`, and where one of this does not hold
 */
export async function tryOwnScore(
  call: Call,
  code: string,
  facts?: ScoreFacts,
): Promise<TriedScores | undefined> {
  const args = madeUpResponses.flatMap((one) => scoreArguments(told(code, one.facts)));
  const [, raw] = await Promise.all([
    callTwice(
      ...([call, code, ENTRY, args, scoreOf] as const),
      (index) => `on a made-up response ${madeUpResponses[index].says}`,
    ),
    facts && rawScores(call, code, facts),
  ]);
  if (!raw) return undefined;
  return {
    scores: Float32Array.from(raw, cut),
    cutCount: raw.filter((score) => cut(score) !== score).length,
  };
}
