import { describe, expect, it } from 'vitest';
import { stream } from '../../src/ppo/random.ts';
import { referenceSolutions, sampleSolution } from '../../src/tasks/corpus.ts';
import { concepts, drawAuthor, ways } from '../../src/tasks/forms.ts';
import { programText } from '../../src/tasks/program-text.ts';
import { compositionOf, taskById, tasks, trainTasks } from '../../src/tasks/tasks.ts';
import { contextLength, END } from '../../src/tasks/vocabulary.ts';
import { testScoreOf } from './execute.ts';

const random = stream(1, 'corpus');
const samples = Array.from({ length: 12_000 }, () => {
  const task = tasks[random.integer(tasks.length)];
  const ids = sampleSolution(task, random);
  return { task, ids, testScore: testScoreOf(task, programText(task, ids)) };
});
const shareRight = (some: typeof samples) =>
  some.filter(({ testScore }) => testScore === 1).length / some.length;

describe('the corpus', () => {
  it('fits: prompt, response and end token', () => {
    for (const { task, ids } of samples) {
      expect(task.promptIds.length).toBeLessThanOrEqual(16);
      expect(task.promptIds.length + ids.length + 1).toBeLessThanOrEqual(contextLength);
      expect(ids).not.toContain(END);
    }
  });

  it('always parses: authors err about meaning, not about syntax', () => {
    expect(samples.filter(({ testScore }) => Number.isNaN(testScore))).toEqual([]);
  });

  it('is right about half of the time', () => {
    expect(shareRight(samples)).toBeGreaterThan(0.45);
    expect(shareRight(samples)).toBeLessThan(0.55);
  });

  it('is neither always right nor always wrong about any source, predicate, map or reducer', () => {
    const groups = new Map<string, typeof samples>();
    for (const sample of samples) {
      const { source, predicate, map, reducer } = compositionOf(sample.task);
      for (const concept of [source, predicate.name, map.name, reducer])
        if (groups.get(concept)?.push(sample) === undefined) groups.set(concept, [sample]);
    }
    expect(groups.size).toBe(3 + 11 + 10 + 6);
    for (const [concept, group] of groups) {
      expect(shareRight(group), concept).toBeGreaterThan(0.25);
      expect(shareRight(group), concept).toBeLessThan(0.75);
    }
  });

  it('holds some right and some wrong answers for nearly every task', () => {
    const some = tasks.filter((_, i) => i % 40 === 0);
    const mixed = some.filter((task) => {
      const right = Array.from({ length: 40 }, () =>
        testScoreOf(task, programText(task, sampleSolution(task, random))),
      );
      return right.some((testScore) => testScore === 1) && right.some((testScore) => testScore < 1);
    });
    expect(mixed.length / some.length).toBeGreaterThan(0.98);
  });

  it('is varied', () => {
    expect(new Set(samples.map(({ ids }) => ids.join())).size).toBeGreaterThan(0.8 * samples.length);
    const task = taskById('array/odd/doubled/sum');
    const programs = Array.from({ length: 200 }, () => sampleSolution(task, random).join());
    expect(new Set(programs).size).toBeGreaterThanOrEqual(12);
  });

  it('is the same for the same stream', () => {
    const draw = (seed: number) => {
      const again = stream(seed, 'corpus');
      return trainTasks.slice(0, 50).map((task) => sampleSolution(task, again));
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });
});

describe('authors', () => {
  it('write a concept one way each, in shares that add up to 1, the right way always among them', () => {
    for (const concept of concepts) {
      expect(ways[concept].reduce((sum, way) => sum + way.share, 0)).toBeCloseTo(1);
      expect(ways[concept][0].sound).toBe(true);
    }
  });

  it('misunderstand several concepts more often than not, or nearly so', () => {
    const authors = Array.from({ length: 4000 }, () => drawAuthor(random));
    const misunderstood = concepts.filter((concept) => {
      const sound: string[] = ways[concept].filter((way) => way.sound).map((way) => way.code);
      const wrong = authors.filter((author) => !sound.includes(author[concept])).length;
      return wrong / authors.length > 0.42;
    });
    expect(misunderstood).toEqual(
      expect.arrayContaining(['odd', 'at-least', 'at-most', 'squared', 'halved', 'max-start', 'digit-order']),
    );
  });
});

describe('reference solutions', () => {
  it('are at least three per task, all different', () => {
    for (const task of tasks) {
      const solutions = referenceSolutions(task);
      expect(new Set(solutions.map((ids) => ids.join())).size).toBe(solutions.length);
      expect(solutions.length, task.id).toBeGreaterThanOrEqual(3);
    }
  });
});
