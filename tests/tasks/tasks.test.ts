import { join } from 'node:path';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { createNodeJudge } from '../../scripts/node-judge.ts';
import { stream } from '../../src/ppo/random.ts';
import { answer } from '../../src/tasks/composition.ts';
import { referenceSolutions } from '../../src/tasks/corpus.ts';
import { programText } from '../../src/tasks/program-text.ts';
import {
  compositionOf,
  evalTasks,
  heldOutTasks,
  taskById,
  tasks,
  trainTasks,
} from '../../src/tasks/tasks.ts';
import { testScoreOf } from './execute.ts';

describe('tasks', () => {
  it('are found by their ids', () => {
    for (const task of tasks) expect(taskById(task.id)).toBe(task);
  });

  it.each([
    'array/odd',
    'array/odd/doubled/sum/sum',
    'array/odd-3/doubled/sum',
    'list/odd/doubled/sum',
    '',
    // Left out because its answer is its question.
    'array/all/plain/list',
  ])('are not found by "%s"', (id) => {
    expect(() => taskById(id)).toThrow(`got "${id}"`);
  });

  it('call f of a or of n', () => {
    expect(taskById('array/odd/doubled/sum').signature).toBe('function f(a) {');
    expect(taskById('digits/odd/doubled/sum').signature).toBe('function f(n) {');
    expect(new Set(tasks.map((task) => task.entryPoint))).toEqual(new Set(['f']));
  });

  it('are held out for a quarter, none of which is trained on', () => {
    expect(trainTasks.length + heldOutTasks.length).toBe(tasks.length);
    expect(heldOutTasks.length / tasks.length).toBeCloseTo(0.25, 1);
    /** What a task answers to far more than it is tested or told apart by. */
    const random = stream(3, 'corpus');
    const between = (low: number, high: number) => low + random.integer(high - low + 1);
    const inputs = {
      array: Array.from({ length: 400 }, () => Array.from({ length: between(0, 6) }, () => between(-20, 30))),
      range: Array.from({ length: 20 }, (_, n) => n),
      digits: Array.from({ length: 300 }, () => between(1, 10 ** between(1, 5))),
    };
    const behaviour = (task: (typeof tasks)[number]) => {
      const composition = compositionOf(task);
      const answers = inputs[composition.source].map((input) => answer(composition, input));
      return `${composition.source} ${JSON.stringify(answers)}`;
    };
    const trained = new Set(trainTasks.map(behaviour));
    expect(heldOutTasks.filter((task) => trained.has(behaviour(task))).map(({ id }) => id)).toEqual([]);
    expect(trained.size).toBeLessThan(trainTasks.length * 0.8);
    expect(new Set(trainTasks.map((task) => task.split))).toEqual(new Set(['train']));
    expect(new Set(heldOutTasks.map((task) => task.split))).toEqual(new Set(['held-out']));
  });

  it('show every concept, with every constant and on every source, in training', () => {
    const partsOf = (some: typeof tasks) =>
      new Set(
        some.flatMap(({ id }) =>
          id
            .split('/')
            .slice(1)
            .map((part) => `${id.split('/')[0]} ${part}`),
        ),
      );
    expect(partsOf(trainTasks)).toEqual(partsOf(tasks));
  });
});

describe('a bundle', () => {
  /** The code of one that uses what `names` says. */
  async function bundled(names: string): Promise<string> {
    const entry = '\0entry';
    const built = await build({
      configFile: false,
      root,
      logLevel: 'error',
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => (id === 'entry' ? entry : undefined),
          load: (id) =>
            id === entry
              ? `import { ${names} } from '${join(root, 'src/tasks/tasks.ts')}'; console.log(${names});`
              : undefined,
        },
      ],
      build: { write: false, minify: false, rolldownOptions: { input: 'entry' } },
    });
    const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
    return outputs.map((file) => (file.type === 'chunk' ? file.code : '')).join('\n');
  }

  it('that only looks tasks up does not make them all', async () => {
    expect(await bundled('trainTasks')).toContain('function enumerate(');
    const code = await bundled('taskById');
    expect(code).toContain('class');
    expect(code).not.toContain('function enumerate(');
  });
});

describe('evaluation tasks', () => {
  it('are the same each time, of one split, all different', () => {
    for (const split of ['train', 'held-out'] as const) {
      const chosen = evalTasks(split, 200);
      expect(chosen).toEqual(evalTasks(split, 200));
      expect(new Set(chosen).size).toBe(200);
      expect(chosen.every((task) => task.split === split)).toBe(true);
    }
    expect(evalTasks('held-out', 1e6)).toHaveLength(heldOutTasks.length);
  });

  it('are spread as the split is', () => {
    const chosen = evalTasks('held-out', 200);
    for (const part of ['array', 'range', 'digits', 'sum', 'product', 'max', 'min', 'list']) {
      const shareIn = (some: typeof tasks) => {
        const matching = some.filter((task) => {
          const { source, reducer } = compositionOf(task);
          return source === part || reducer === part;
        });
        return matching.length / some.length;
      };
      expect(Math.abs(shareIn(chosen) - shareIn(heldOutTasks)), part).toBeLessThan(0.03);
    }
  });
});

describe('reference solutions', () => {
  it('all pass the hidden tests of their tasks', { timeout: 120_000 }, () => {
    const failures = tasks.flatMap((task) =>
      referenceSolutions(task)
        .map((ids) => programText(task, ids))
        .filter((program) => testScoreOf(task, program) !== 1),
    );
    expect(failures).toEqual([]);
  });

  it('pass them in the judge too', { timeout: 120_000 }, async () => {
    const items = [...evalTasks('train', 100), ...evalTasks('held-out', 50)].flatMap((task) =>
      referenceSolutions(task).map((ids) => ({ ...judged(task), program: programText(task, ids) })),
    );
    const judge = await createNodeJudge();
    try {
      const verdicts = await judge.judge(items);
      expect(verdicts.length).toBeGreaterThan(450);
      expect(verdicts.filter((verdict) => verdict.name !== 'passed')).toEqual([]);
    } finally {
      judge.close();
    }
  });
});

/** What the judge needs of a task. */
function judged({ entryPoint, tests }: (typeof tasks)[number]) {
  return { entryPoint, tests };
}
