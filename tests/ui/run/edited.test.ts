import { expect, test } from 'vitest';
import type { Answer, Question } from '../../../src/protocol/messages.ts';
import type { Verdict } from '../../../src/protocol/verdict.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import { judgeAndScore, judgeEdited } from '../../../src/ui/run/edited.ts';

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
  const answer = await judgeAndScore(given, run, task, program, 'weak');
  expect(answer).toEqual({ verdict, score: 1.5, problem: undefined });
  expect(given.asked).toEqual([first]);
  expect(run.asked).toEqual([{ type: 'score', teacher: 'weak', taskId: task.id, program }]);
});

test('where the tests are the teacher, no run is asked: the share passed, spread over ±1', async () => {
  const run = runThatSays({ type: 'pong' });
  expect(await judgeAndScore(judge(), run, task, program, 'tests')).toMatchObject({ verdict, score: -0.5 });
  expect(run.asked).toEqual([]);
});

test.each([
  ['the vocabulary lacks a word', runThatSays({ type: 'scored', problem: 'No such word.' }), 'No such word.'],
  ['the run has stopped', runThatSays(new Error('The run has stopped.')), 'The run has stopped.'],
  ['there is no run', undefined, 'There is no run to ask.'],
])('where %s, there is a verdict, and words in place of a score', async (_, run, problem) => {
  expect(await judgeAndScore(judge(), run, task, program, 'strong')).toEqual({
    verdict,
    score: undefined,
    problem,
  });
});
