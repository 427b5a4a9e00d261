import { expect, test, vi } from 'vitest';
import { readPrograms } from '../../../src/judge/files/programs.ts';

const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
const read = (text: string, tolerance = 0) => readPrograms([{ name: 'a.jsonl', text }], tolerance);

const pack = {
  task_id: 'JavaScript/900',
  prompt: '/* The sum of two numbers. */\nconst addUp = (a, b) => {\n',
  canonical_solution: '  return a + b;\n}\n',
  buggy_solution: '  return a - b;\n}\n',
  entry_point: 'AddUp',
  test: 'const t = () => { console.assert(addUp(1, 2) === 3); console.assert(addUp(1, 2) == 3) }\nt()\n',
};
const mbxp = {
  task_id: 'MBJSP/900',
  language: 'javascript',
  prompt: '/**\n * Write a function to halve it.\n */\nfunction halve(n) {\n',
  entry_point: 'halve',
  canonical_solution: null,
  test: 'var arg00 = 6;\nvar x0 = halve(arg00);\nvar v0 = 3;\nif(!compare(x0, v0)){\n throw "x" }\n',
};

test('a problem of HumanEvalPack is two programs whose verdicts are known', async () => {
  const tests = [{ args: [1, 2], expected: 3 }];
  const shared = { task: 'JavaScript/900', entryPoint: 'addUp', tests, tolerance: 0 };
  expect(await read(lines(pack))).toEqual({
    programs: [
      {
        id: 'JavaScript/900/canonical',
        program: pack.prompt + pack.canonical_solution,
        label: 'pass',
        ...shared,
      },
      { id: 'JavaScript/900/buggy', program: pack.prompt + pack.buggy_solution, label: 'fail', ...shared },
    ],
    problems: [],
    tasks: 1,
    unanswered: 0,
    assertions: 2,
    tests: 1,
    unread: [
      'a.jsonl, line 1: JavaScript/900, line 1 of its test: it compares by ==, which is no exact value',
    ],
  });
});

test('problems that bring no solution and have no answer are counted', async () => {
  const other = { ...mbxp, task_id: 'MBJSP/901' };
  expect(await read(lines(mbxp, other, pack))).toMatchObject({ tasks: 3, unanswered: 2 });
  const answer = { task_id: 'MBJSP/901', completion: '}' };
  expect(await read(lines(answer, mbxp, other))).toMatchObject({ tasks: 2, unanswered: 1 });
});

test('answers are put behind their problem’s prompt, whichever comes first, several to one', async () => {
  const answers = lines(
    { task_id: 'MBJSP/900', completion: '  return n / 2;\n}' },
    { task_id: 'MBJSP/900', completion: '  return 0;\n}' },
    { task_id: 'MBJSP/1', completion: '}' },
  );
  const { programs, problems } = await readPrograms(
    [
      { name: 'answers.jsonl', text: answers },
      { name: 'problems.jsonl', text: lines(mbxp) },
    ],
    1e-9,
  );
  expect(
    programs.map(({ id, program, entryPoint, tolerance }) => ({ id, program, entryPoint, tolerance })),
  ).toEqual([
    {
      id: 'MBJSP/900/sample 1',
      program: `${mbxp.prompt}  return n / 2;\n}`,
      entryPoint: 'halve',
      tolerance: 1e-9,
    },
    {
      id: 'MBJSP/900/sample 2',
      program: `${mbxp.prompt}  return 0;\n}`,
      entryPoint: 'halve',
      tolerance: 1e-9,
    },
  ]);
  // Equal tests are one list: what was judged once is known.
  expect(programs[0].tests).toBe(programs[1].tests);
  expect(problems).toEqual([
    'answers.jsonl, line 3: it answers MBJSP/1, which is not among the problems that could be read; add their file',
  ]);
});

test('what a set forgives, or the asker: the larger', async () => {
  const near = { ...mbxp, test: 'console.assert(Math.abs(halve(1) - 0.5) < 1e-6)' };
  const toleranceOf = async (asked: number) =>
    (await read(lines({ ...near, canonical_solution: '}' }), asked)).programs[0].tolerance;
  expect(await toleranceOf(0)).toBe(1e-6);
  expect(await toleranceOf(1e-4)).toBe(1e-4);
});

test('problems that cannot be judged by are named with their line and why', async () => {
  const text = lines(
    { ...pack, task_id: 'Python/3' },
    { ...mbxp, language: 'kotlin' },
    { ...pack, test: 'for (const a of [1]) console.assert(addUp(a, a) === 2 * a)' },
    { ...pack, test: 'const (' },
    { ...pack, prompt: '', entry_point: 'not a name' },
    { ...pack, task_id: 7 },
    pack,
    pack,
  );
  const { problems, programs } = await read(text);
  expect(programs).toHaveLength(2);
  expect(problems).toEqual([
    'a.jsonl, line 1: Python/3 is a problem in Python; the judge runs JavaScript',
    'a.jsonl, line 2: MBJSP/900 is a problem in kotlin; the judge runs JavaScript',
    'a.jsonl, line 3: JavaScript/900: none of its assertions is a call of addUp and a value, so there is nothing to judge by',
    expect.stringMatching(/^a\.jsonl, line 4: .*\(1:6\)/),
    'a.jsonl, line 5: JavaScript/900: its prompt defines no function',
    'a.jsonl, line 6: task_id is no text',
    'a.jsonl, line 8: JavaScript/900 is there twice',
  ]);
});

test('a list, or one object over many lines, is read as its items', async () => {
  const own = { id: 'a', entryPoint: 'f', program: 'f = () => 1', tests: [{ args: [], expected: 1 }] };
  const { programs, problems } = await read(
    `\ufeff\n${JSON.stringify([own, null, { ...own, id: 'b' }], null, 2)}`,
  );
  expect(programs.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(problems).toEqual(['a.jsonl, item 2: it is no object; expected {id, entryPoint, program, tests}']);
  // Minus zero is lost in JSON.stringify, but not on the way here.
  const minus = JSON.stringify(own).replace('[]', '[-0]');
  expect((await read(`[\n${minus}]`)).programs[0].tests[0].args).toEqual([-0]);
  expect((await read(JSON.stringify(own, null, 2))).programs).toHaveLength(1);
  expect((await read(`{\n${lines(own)}`)).problems).toEqual([expect.stringMatching(/^a\.jsonl, line 1: /)]);
});

test('a file that as a whole cannot be meant is refused', async () => {
  await expect(read('\0{')).rejects.toThrow('a.jsonl: it is not UTF-8, it may be UTF-16');
  await expect(read('[{"id": 9007199254740993}]')).rejects.toThrow(
    'a.jsonl: 9007199254740993 would be read as 9007199254740992; give an integer up to 2^53, or a text',
  );
});

test('an answer may be a whole program, and one that has no problem is told in the end', async () => {
  const whole = { task_id: 'MBJSP/900', program: 'const halve = (n) => n / 2' };
  const { programs, problems } = await read(lines(whole, mbxp, { ...whole, task_id: 'no' }));
  expect(programs).toMatchObject([{ id: 'MBJSP/900/sample 1', program: whole.program, entryPoint: 'halve' }]);
  expect(problems).toEqual([expect.stringMatching(/^a\.jsonl, line 3: it answers no, which is not among/)]);
});

test('the asker is asked after every line, and waited for', async () => {
  let asked = 0;
  let go = () => undefined as void;
  const reading = readPrograms(
    [{ name: 'a', text: lines(pack, mbxp) }],
    0,
    () => new Promise<void>((resolve) => [asked++, (go = resolve)]),
  );
  for (const count of [1, 2]) {
    await vi.waitFor(() => expect(asked).toBe(count));
    go();
  }
  await reading;
});
