import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeJudge, type NodeJudge } from '../../scripts/node-judge.ts';
import { rowOf } from '../../src/export/task-rows.ts';
import { verdictLine } from '../../src/judge/files/told.ts';
import { stream } from '../../src/ppo/random.ts';
import { sampleSolution } from '../../src/tasks/corpus.ts';
import { programText } from '../../src/tasks/program-text.ts';
import { evalTasks } from '../../src/tasks/tasks.ts';
import { askPython } from './python.ts';

let judge: NodeJudge;
beforeAll(async () => {
  judge = await createNodeJudge();
});
afterAll(() => judge.close());

/** As authors of the corpus answer, right or wrong; every fifth is an answer to another task, and some are no answer at all. */
const tasks = [...evalTasks('train', 100), ...evalTasks('held-out', 100)];
const programs = tasks.map((task, i) => {
  if (i % 20 === 7)
    return ['function f(a) { for (;;); }', 'nope(', 'f = 1', 'f = () => f()'][((i - 7) / 20) % 4];
  const answered = i % 5 === 0 ? tasks[(i + 1) % tasks.length] : task;
  return programText(task, sampleSolution(answered, stream(1, 'corpus', i)));
});
const truths = tasks.map((task, i) => rowOf(task, i).reward_model.ground_truth);

it('gives 200 programs the verdicts of the judge', async () => {
  const items = tasks.map(({ entryPoint, tests }, id) => ({ id, entryPoint, tests, program: programs[id] }));
  const verdicts = await judge.judge(items);
  const expected = verdicts.map((verdict, i) => JSON.parse(verdictLine(items[i], verdict)) as { id: number });
  const names = new Set(verdicts.map(({ name }) => name));
  expect([...names]).toEqual(
    expect.arrayContaining(['passed', 'failed', 'fuel', 'syntax', 'no-entry', 'stack']),
  );
  const [answer] = await askPython<{ id: number }[]>([{ action: 'verdicts', programs, truths }]);
  expect(answer).toEqual(expected);
});

it('takes more programs at once than pipes hold', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => `f = () => ${i} // ${'x'.repeat(500)}`);
  const truth = JSON.stringify({ entryPoint: 'f', tests: [{ args: [], expected: 7 }] });
  const [answer] = await askPython<{ verdict: string }[]>([
    { action: 'verdicts', programs: many, truths: many.map(() => truth) },
  ]);
  expect(answer.map(({ verdict }) => verdict)).toEqual(many.map((_, i) => (i === 7 ? 'passed' : 'failed')));
});

it('takes the program out of a response, and scores as the teacher does that is the tests', async () => {
  const [task] = tasks;
  const right = programText(task, sampleSolution(task, stream(1, 'corpus', 0)));
  const responses = [
    `The loop goes over the list.\n\n\`\`\`js\n${right}\`\`\`\nThat is all.`,
    `\`\`\`\nfunction f() {}\n\`\`\`\nBetter:\n\`\`\`JavaScript\n${right}\n\`\`\``,
    right,
    'I cannot.',
  ];
  const [{ oneByOne, together }] = await askPython<
    Record<'oneByOne' | 'together', { score: number; acc: number; test_score: number }[]>
  >([{ action: 'scores', responses, truths: responses.map(() => truths[0]) }]);
  expect(oneByOne).toEqual(together);
  const verdict = (
    await judge.judge([{ entryPoint: task.entryPoint, tests: task.tests, program: right }])
  )[0];
  const score = 2 * verdict.testScore - 1;
  const known = { score, acc: verdict.name === 'passed' ? 1 : 0, test_score: verdict.testScore };
  expect(oneByOne).toEqual([known, known, known, { score: -1, acc: 0, test_score: 0 }]);
});
