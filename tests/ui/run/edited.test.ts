import { beforeAll, describe, expect, test } from 'vitest';
import { ProgramEngine } from '../../../src/judge/core/program-engine.ts';
import type { Answer, CallRequest, Question } from '../../../src/protocol/messages.ts';
import type { Verdict } from '../../../src/protocol/verdict.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import { judgeAndScore, judgeEdited } from '../../../src/ui/run/edited.ts';
import { quickJsWasm } from '../../judge/core/quickjs-wasm.ts';

let engine: ProgramEngine;
beforeAll(async () => {
  engine = await ProgramEngine.open(quickJsWasm);
});

const [task] = trainTasks;
const program = `${task.signature}\n  return 7;\n}`;
const verdict: Verdict = { name: 'failed', testScore: 0.25, tests: [] };

/** Answers at once, and remembers what it was asked. */
function judge() {
  const asked: unknown[][] = [];
  return {
    asked,
    judge: (...question: unknown[]) => {
      asked.push(question);
      return Promise.resolve([verdict]);
    },
    call: (request: CallRequest) => engine.run(request),
  };
}
const runThatSays = (answer: Answer | Error) => {
  const asked: Question[] = [];
  const ask = (question: Question) => {
    asked.push(question);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { asked, ask };
};

const first = [[{ program, entryPoint: task.entryPoint, tests: task.tests }], { priority: 'visitor' }];

test('an edited program is judged by its own tests, before all that waits', async () => {
  const given = judge();
  expect(await judgeEdited(given, task, program)).toBe(verdict);
  expect(given.asked).toEqual([first]);
});

test('so it is when a reward model scores it as well', async () => {
  const given = judge();
  const run = runThatSays({ type: 'scored', score: 1.5 });
  const answer = await judgeAndScore(given, run, task, program, { teacher: 'weak' });
  expect(answer).toEqual({ verdict, score: 1.5, problem: undefined });
  expect(given.asked).toEqual([first]);
  expect(run.asked).toEqual([{ type: 'score', teacher: 'weak', taskId: task.id, program }]);
});

test('where the tests are the teacher, no run is asked: the share passed, spread over ±1', async () => {
  const run = runThatSays({ type: 'pong' });
  expect(await judgeAndScore(judge(), run, task, program, { teacher: 'tests' })).toMatchObject({
    verdict,
    score: -0.5,
  });
  expect(run.asked).toEqual([]);
});

test.each([
  ['the vocabulary lacks a word', runThatSays({ type: 'scored', problem: 'No such word.' }), 'No such word.'],
  ['the run has stopped', runThatSays(new Error('The run has stopped.')), 'The run has stopped.'],
  ['there is no run', undefined, 'There is no run to ask.'],
])('where %s, there is a verdict, and words in place of a score', async (_, run, problem) => {
  expect(await judgeAndScore(judge(), run, task, program, { teacher: 'strong' })).toEqual({
    verdict,
    score: undefined,
    problem,
  });
});

describe('where the teacher is a score that a visitor wrote', () => {
  const tests: Verdict['tests'] = (['passed', 'failed', 'passed'] as const).map((name) => ({
    verdict: name,
    expected: '1',
  }));
  const given = () => ({ ...judge(), judge: () => Promise.resolve([{ ...verdict, tests }]) });
  const scoredBy = (expression: string) => ({
    teacher: 'own-score' as const,
    teacherCode: `const score = (a) => ${expression};`,
  });

  test.each([
    ['a.passed - a.tests', -1],
    ['a.passes[1] ? 1 : 2', 2],
    // `return 7 ;`
    ['a.tokens', 3],
    ['a.ended && a.statement.length', 5],
    ['a.program.length * 100', 5],
  ])('it says %s', async (expression, score) => {
    const answer = await judgeAndScore(given(), undefined, task, program, scoredBy(expression));
    expect(answer).toMatchObject({ score, problem: undefined });
  });

  test('what goes wrong is words in place of a score', async () => {
    const problemOf = async (by: Parameters<typeof judgeAndScore>[4], text = program) => {
      const { score, problem } = await judgeAndScore(given(), undefined, task, text, by);
      return [score, problem];
    };
    expect(await problemOf(scoredBy('a.nothing.at(0)'))).toEqual([
      undefined,
      "Line 1, response 1: TypeError: cannot read property 'at' of undefined.",
    ]);
    expect(await problemOf(scoredBy('1'), 'nothing')).toEqual([
      undefined,
      expect.stringMatching(/must begin with/),
    ]);
    const unread = { ...scoredBy('1'), isUnread: true };
    expect(await problemOf(unread)).toEqual([
      undefined,
      expect.stringMatching(/came with a file and has not run/),
    ]);
  });
});
