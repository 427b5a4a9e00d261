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

/** Counts verdicts, of any number of programs. */
export class Tally {
  programs = 0;
  labelled = 0;
  contradicted = 0;
  readonly #byName = new Map<string, number>();

  add(program: FileProgram, verdict: Verdict): void {
    this.programs++;
    if (program.label !== undefined) this.labelled++;
    if (contradicts(program, verdict)) this.contradicted++;
    this.#byName.set(verdict.name, (this.#byName.get(verdict.name) ?? 0) + 1);
  }

  get passed(): number {
    return this.#byName.get('passed') ?? 0;
  }

  /** How many programs came to which verdict, the most frequent first: "3 passed, 1 threw". */
  get text(): string {
    return [...this.#byName]
      .sort((a, b) => b[1] - a[1])
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  }
}
