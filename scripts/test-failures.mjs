import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './install.mjs';

/**
 * @typedef {{ status: string, fullName: string }} Test
 * @typedef {{ name: string, assertionResults: Test[] }} TestFile as in vitest's JSON report
 */

/** Of one failure's text. */
const MOST_LINES = 80;
const MOST_COLUMNS = 400;

/**
 * How many tests passed, and the names of what did not: failed and skipped tests, and files without any, which could not even be loaded.
 *
 * @param {TestFile[]} files
 */
export function outcomeOf(files) {
  const all = files.flatMap(({ name: path, assertionResults }) => {
    const file = relative(root, path);
    if (assertionResults.length === 0) return [{ name: file, passed: false }];
    return assertionResults.map(({ status, fullName }) => ({
      name: `${file} > ${fullName}`,
      passed: status === 'passed',
    }));
  });
  const failures = all.filter(({ passed }) => !passed).map(({ name }) => name);
  return { passed: all.length - failures.length, failures };
}

/**
 * What vitest printed, of every failure the start and the end: between two big objects that differ lies nothing that anybody reads.
 *
 * @param {string} output
 */
export function shortened(output) {
  const sections = stripVTControlCharacters(output).split(/^(⎯+\[\d+\/\d+\]⎯+)$/m);
  return sections.map(shortenedSection).join('');
}

/** @param {string} section */
function shortenedSection(section) {
  const lines = section.split('\n').map((line) => line.slice(0, MOST_COLUMNS));
  const cut = lines.length - MOST_LINES;
  if (cut <= 0) return lines.join('\n');
  const half = MOST_LINES / 2;
  return [...lines.slice(0, half), `… ${cut} lines left out …`, ...lines.slice(-half)].join('\n');
}
