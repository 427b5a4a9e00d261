const tests = [
  { args: [[1, 2, 3]], expected: 6 },
  { args: [[-4, 4]], expected: 0 },
  { args: [[]], expected: 0 },
];
const sum = (id: string, program: string, label?: 'pass' | 'fail') =>
  JSON.stringify({ id, entryPoint: 'sum', program, tests, label });

/** Programs to begin with, a line each. */
export const examplePrograms = [
  sum('adds', 'function sum(a) { return a.reduce((s, x) => s + x, 0); }', 'pass'),
  sum('forgets the empty list', 'const sum = (a) => a.reduce((s, x) => s + x)', 'fail'),
  sum('ends the process', 'function sum(a) { process.exit(0); }'),
  sum('never ends', 'function sum(a) { for (;;); }'),
  '',
].join('\n');
