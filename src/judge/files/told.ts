/** What there is to say of programs that were judged, one by one and together: for the command and the page alike. */
import type { Verdict } from '../../protocol/verdict.ts';
import type { FileProgram } from './programs.ts';

/** Characters of a value that a message shows. */
const shownLength = 120;

const shown = (text: string) => (text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);

/** What went wrong first, in words; undefined where nothing did. */
export function messageOf({ tests }: Verdict): string | undefined {
  const index = tests.findIndex((test) => test.verdict !== 'passed');
  if (index < 0) return undefined;
  const { message, got, expected } = tests[index];
  return `test ${index + 1}: ${message ?? `it returned ${shown(got ?? '')}, expected ${shown(expected)}`}`;
}

export const passedCount = ({ tests }: Verdict): number =>
  tests.filter((test) => test.verdict === 'passed').length;

/** A verdict as a line of JSON. */
export function verdictLine({ id }: FileProgram, verdict: Verdict): string {
  return JSON.stringify({
    id,
    verdict: verdict.name,
    testScore: Number.isNaN(verdict.testScore) ? null : verdict.testScore,
    passed: passedCount(verdict),
    tests: verdict.tests.length,
    message: messageOf(verdict),
  });
}

/** Whether a verdict contradicts a label. The judge's own failure contradicts any. */
export function contradicts({ label }: FileProgram, { name }: Verdict): boolean {
  if (label === undefined) return false;
  return name === 'infra' || (label === 'pass') !== (name === 'passed');
}

/** How many programs came to which verdict, the most frequent first: "3 passed, 1 threw". */
export function countsText(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>();
  for (const { name } of verdicts) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
