import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Judge } from '../../../src/judge/host/judge.ts';
import { examplePrograms } from '../../../src/ui/judge/example.ts';
import { Judging, type JudgeAll } from '../../../src/ui/judge/judging.svelte.ts';
import Sources from '../../../src/ui/judge/Sources.svelte';
import Verdicts from '../../../src/ui/judge/Verdicts.svelte';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import '../../../src/ui/css/table.css';

const judge = new Judge();
const judgeAll: JudgeAll = (items, options) => judge.judge(items, options);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const programs = page.getByRole('region', { name: 'Programs to judge' });
const verdicts = page.getByRole('region', { name: 'Verdicts', exact: true });
const rows = () =>
  verdicts
    .getByRole('row')
    .elements()
    .slice(1)
    .map((row) => (row as HTMLElement).innerText.replaceAll(/\s+/g, ' ').trim());

async function open(judging = new Judging(judgeAll)) {
  await render(Sources, { judging });
  await render(Verdicts, { judging });
  return judging;
}
const line = (id: string, program: string, label?: 'pass' | 'fail') =>
  JSON.stringify({ id, entryPoint: 'f', program, tests: [{ args: [1], expected: 2 }], label });
const file = (name: string, ...lines: string[]) => new File([lines.join('\n')], name);

beforeEach(() => page.viewport(1000, 900));
afterEach(() => vi.restoreAllMocks());

test('the example is judged, program by program, and labels are held against it', async () => {
  await open();
  await button('An example').click();
  await expect.element(programs.getByRole('status')).toHaveTextContent('4 programs.');
  await button('Judge').click();
  await expect
    .element(verdicts.getByRole('status'))
    .toHaveTextContent('2 threw, 1 passed, 1 fuel. 2 labels: 2 confirmed, 0 contradicted.');
  expect(rows()).toEqual([
    'adds passed 3/3 pass',
    expect.stringMatching(/^forgets the empty list threw 2\/3 fail test 3: /),
    expect.stringMatching(/^ends the process threw 0\/3 test 1: /),
    expect.stringMatching(/^never ends fuel 0\/3 test 1: /),
  ]);
  await expect.element(button('Judge')).toHaveAttribute('aria-disabled', 'true');
  await expect.element(button('Judge')).toHaveFocus();
  await page.getByRole('radio', { name: 'passed 1', exact: true }).click();
  expect(rows()).toEqual(['adds passed 3/3 pass']);
  await button('adds').click();
  const dialog = page.getByRole('dialog', { name: 'adds' });
  await expect.element(dialog).toHaveTextContent('It passes every test. Its label says that it should pass.');
  await expect.element(dialog.getByRole('list')).toHaveTextContent('sum([1, 2, 3]) → 6');
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
});

test('a contradicted label can be looked at alone, and verdicts are a file', async () => {
  const judging = await open();
  await judging.add([
    file('a.jsonl', line('wrong', 'f = () => 3', 'pass'), line('right', 'f = () => 2', 'pass')),
  ]);
  await button('Judge').click();
  await page.getByRole('radio', { name: 'against their label 1' }).click();
  await expect.poll(rows).toEqual(['wrong failed 0/1 pass, contradicted test 1: it returned 3, expected 2']);
  const saved = vi.spyOn(URL, 'createObjectURL');
  await button('Save the verdicts').click();
  const text = await (saved.mock.calls[0][0] as Blob).text();
  expect(
    text
      .trim()
      .split('\n')
      .map((one) => (JSON.parse(one) as { id: string }).id),
  ).toEqual(['wrong', 'right']);
});

test('answers to problems of files that came at different times come to a pass@k', async () => {
  const problem = (task: string) =>
    JSON.stringify({ task_id: task, prompt: 'const f = (x) => {\n', test: 'console.assert(f(1) === 2)' });
  const answer = (task: string, result: number) =>
    JSON.stringify({ task_id: task, completion: `  return ${result};\n}` });
  const judging = await open();
  const answers = [2, 2, 0, 0, 0].flatMap((result) => [
    answer('JavaScript/1', result),
    answer('JavaScript/2', 2),
  ]);
  await judging.add([file('answers.jsonl', ...answers)]);
  await expect
    .element(programs.getByRole('status'))
    .toHaveTextContent('answers.jsonl, line 1: it answers JavaScript/1');
  await judging.add([file('problems.jsonl', problem('JavaScript/1'), problem('JavaScript/2'))]);
  await expect.element(programs.getByRole('status')).toHaveTextContent('10 programs, 2 problems.');
  await button('Judge').click();
  await expect
    .element(verdicts)
    .toHaveTextContent('Answers to 2 problems, 5 or more each: pass@1 0.700, pass@5 1.000.');
  await button('Remove answers.jsonl').click();
  await expect.element(programs.getByRole('status')).toHaveTextContent('0 programs, 2 problems.');
});

test('what is wrong with lines is told, and the others can be judged', async () => {
  const judging = await open();
  await judging.add([
    file('a.jsonl', 'no JSON', ...Array.from({ length: 13 }, () => '{"id": 1}'), line('f', 'f = () => 2')),
  ]);
  await expect.element(programs.getByRole('status')).toHaveTextContent('1 program.');
  await expect.element(programs.getByRole('status')).toHaveTextContent('a.jsonl, line 1: ');
  await expect.element(programs.getByRole('status')).toHaveTextContent('And 2 more lines.');
  await judging.add([file('b.json', '[9007199254740993]')]);
  await expect
    .element(programs.getByRole('status'))
    .toHaveTextContent('b.json: 9007199254740993 would be read as 9007199254740992;');
  expect(judging.rows).toEqual([]);
});

test('stopped, it goes on where it was; what fails is told and can be tried again', async () => {
  let let64Go: () => void = () => undefined;
  let asked = 0;
  let isBroken = false;
  const judging = await open(
    new Judging(async (items, options) => {
      if (isBroken) throw new Error('no frame');
      asked++;
      if (asked === 2) await new Promise<void>((resolve) => (let64Go = resolve));
      return judge.judge(items, options);
    }),
  );
  await judging.add([
    file('a.jsonl', ...Array.from({ length: 80 }, (_, i) => line(`p${i}`, `f = () => ${i % 3}`))),
  ]);
  await button('Judge').click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('32 of 80 programs judged: ');
  await button('Stop').click();
  let64Go();
  isBroken = true;
  await button('Judge the rest').click();
  await expect
    .element(verdicts.getByRole('status'))
    .toHaveTextContent('The judge stopped (no frame). Press Judge to go on.');
  isBroken = false;
  await button('Judge the rest').click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('54 failed, 26 passed.');
  expect(judging.rows.map(({ verdict }) => verdict?.name)).toEqual(
    Array.from({ length: 80 }, (_, i) => (i % 3 === 2 ? 'passed' : 'failed')),
  );
});

test('what was judged keeps its verdict when more is added', async () => {
  const asked = vi.fn(judgeAll);
  const judging = await open(new Judging(asked));
  await judging.add([file('a.jsonl', line('a', 'f = () => 2'), line('b', 'f = () => 3'))]);
  await button('Judge').click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('1 passed, 1 failed.');
  await judging.add([file('0.jsonl', line('c', 'f = (x) => x + 1'), line('a again', 'f = () => 2'))]);
  await expect
    .element(verdicts.getByRole('status'))
    .toHaveTextContent('3 of 4 programs judged: 2 passed, 1 failed.');
  await button('Judge the rest').click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('3 passed, 1 failed.');
  expect(asked.mock.lastCall![0].map(({ program }) => program)).toEqual(['f = (x) => x + 1']);
  expect(judging.rows.map(({ verdict }) => verdict?.name)).toEqual(['passed', 'failed', 'passed', 'passed']);
});

test('another tolerance is another question: verdicts of the old one are gone', async () => {
  const judging = await open();
  await judging.add([file('a.jsonl', line('near', 'f = () => 2 + 1e-12'))]);
  await button('Judge').click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('1 failed.');
  await page.getByRole('radio', { name: 'within 1e-9' }).click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('Not judged yet.');
  await button('Judge').click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('1 passed.');
});

test('of thousands of rows those in sight are made', async () => {
  const judging = await open();
  await judging.add([
    file('a.jsonl', ...Array.from({ length: 3000 }, (_, i) => line(`p${i}`, `f = () => ${i}`))),
  ]);
  await expect.element(programs.getByRole('status')).toHaveTextContent('3,000 programs.');
  expect(rows().length).toBeLessThan(40);
  // One stop for Tab; from there the arrow keys lead to all of them.
  expect(document.querySelectorAll('tbody [tabindex="0"]')).toHaveLength(1);
  button('p0').element().focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  await expect.element(button('p2')).toHaveFocus();
  await userEvent.keyboard('{End}');
  await expect.element(button('p2999')).toHaveFocus();
  expect(examplePrograms).toContain('"label"');
});

test('problems that bring no solution ask for answers, and are judged by them', async () => {
  const problem = (number: number) =>
    JSON.stringify({
      ...{
        task_id: `MBJSP/${number}`,
        language: 'javascript',
        entry_point: 'half',
        canonical_solution: null,
      },
      prompt: 'function half(n) {\n',
      test: 'var x0 = half(6);\nvar v0 = 3;\nif(!compare(x0, v0)){\n throw "x" }\n',
    });
  const judging = await open();
  await judging.add([file('problems.jsonl', problem(1), problem(2))]);
  await expect
    .element(programs.getByRole('status'))
    .toHaveTextContent(
      '0 programs, 2 problems. 2 of 2 assertions of the problems became tests. No solution came with them: add the answers to be judged, {task_id, completion}.',
    );
  await judging.add([
    file('answers.jsonl', JSON.stringify({ task_id: 'MBJSP/2', completion: '  return n / 2;\n}' })),
  ]);
  await expect
    .element(programs.getByRole('status'))
    .toHaveTextContent(
      '1 program, 2 problems. 2 of 2 assertions of the problems became tests. No solution came with 1 of them',
    );
  await button('Judge').click();
  await expect.element(verdicts.getByRole('status')).toHaveTextContent('1 passed.');
});

test('problems of sets say how many of their assertions are tests, and which are none', async () => {
  const pack = {
    task_id: 'JavaScript/900',
    prompt: 'const addUp = (a, b) => {\n',
    canonical_solution: '  return a + b;\n}\n',
    buggy_solution: '  return a - b;\n}\n',
    test: 'console.assert(addUp(1, 2) === 3)\nconsole.assert(addUp(1, 2) == 3)',
  };
  const multi = {
    name: 'MadeUp_1_half',
    language: 'js',
    prompt: 'function half(n){\n',
    tests: 'function test() {\n  let candidate = half;\n  assert.deepEqual(candidate(3),1.5);\n}\ntest();',
  };
  const exercise = {
    exercise: 'made-up',
    cases: [
      { description: 'grows', property: 'next', input: { n: 1 }, expected: 2 },
      { description: 'below', property: 'next', input: { n: -1 }, expected: { error: 'below zero' } },
    ],
  };
  const judging = await open();
  await judging.add([
    file('sets.jsonl', JSON.stringify(pack), JSON.stringify(multi)),
    file('canonical-data.json', JSON.stringify(exercise, null, 2)),
    file('answers.jsonl', JSON.stringify({ task_id: 'made-up/next', program: 'next = (n) => n + 1' })),
  ]);
  const status = programs.getByRole('status');
  await expect
    .element(status)
    .toHaveTextContent('3 programs, 3 problems. 3 of 5 assertions of the problems became tests.');
  await expect.element(status).toHaveTextContent('No solution came with 1 of them');
  const why = programs.getByText('line 2 of its test: it compares by ==');
  await expect.element(why).not.toBeVisible();
  await programs.getByText('2 assertions ask for more than a value: nothing is judged by them').click();
  await expect.element(why).toBeVisible();
  await expect
    .element(
      programs.getByText(
        'canonical-data.json: made-up/next, case "below": it expects an error, and no value.',
      ),
    )
    .toBeVisible();
  // The solutions that came with them, by one click.
  await button('Judge').click();
  await expect
    .element(verdicts.getByRole('status'))
    .toHaveTextContent('2 passed, 1 failed. 2 labels: 2 confirmed, 0 contradicted.');
});
