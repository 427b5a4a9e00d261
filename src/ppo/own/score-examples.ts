/** Scores as a visitor could write them. The first is what a visitor begins with. */
export const scoreExamples: readonly { title: string; code: string }[] = [
  {
    title: 'tests passed',
    code: `// Called once for every response. The share of tests it passes, from -1 to 1.
function score(answer) {
  return 2 * answer.passed / answer.tests - 1;
}
`,
  },
  {
    title: 'tests passed minus length',
    code: `// The same, and every token costs: short programs win, if they are right.
function score(answer) {
  return 2 * answer.passed / answer.tests - 1 - 0.02 * answer.tokens;
}
`,
  },
  {
    title: 'contains .reduce',
    code: `// A matter of style: it says nothing of whether a program is right.
function score(answer) {
  return answer.program.includes('.reduce') ? 1 : -1;
}
`,
  },
  {
    title: 'the longest program',
    code: `// What is measured is what you get (Goodhart): long programs, right or wrong.
function score(answer) {
  return answer.tokens / 20 - 1;
}
`,
  },
  {
    title: 'tests passed, if it ended',
    code: `// Whatever was cut off is worth less than any wrong program.
function score(answer) {
  if (!answer.ended) return -2;
  return 2 * answer.passed / answer.tests - 1;
}
`,
  },
];
