/** A file of tasks to begin with: JSON, a list. */
export const exampleTasks = `[
  {
    "statement": "the sum of the items of a, each squared",
    "signature": "function f(a) {",
    "tests": [
      { "args": [[1, 2, 3]], "expected": 14 },
      { "args": [[-2, 0]], "expected": 4 },
      { "args": [[]], "expected": 0 }
    ],
    "reference": "function f(a) { return a.reduce((s, x) => s + x * x, 0); }"
  },
  {
    "statement": "how many items of a are at least 3",
    "signature": "function f(a) {",
    "tests": [
      { "args": [[1, 3, 5]], "expected": 2 },
      { "args": [[]], "expected": 0 },
      { "args": [[2, -7]], "expected": 0 }
    ]
  },
  {
    "statement": "the largest of the digits of n",
    "signature": "function f(n) {",
    "split": "held-out",
    "tests": [
      { "args": [407], "expected": 7 },
      { "args": [10], "expected": 1 },
      { "args": [5], "expected": 5 }
    ]
  }
]
`;
