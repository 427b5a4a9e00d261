import { describe, expect, it } from 'vitest';
import { stream } from '../../src/ppo/random.ts';
import { sampleSolution } from '../../src/tasks/corpus.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { decode, encode, END, hashOf, idOf, lexemes, vocabularyHash } from '../../src/tasks/vocabulary.ts';

describe('vocabulary', () => {
  it('has 100 to 200 different lexemes, the end token first', () => {
    expect(lexemes.length).toBeGreaterThanOrEqual(100);
    expect(lexemes.length).toBeLessThanOrEqual(200);
    expect(new Set(lexemes).size).toBe(lexemes.length);
    expect(END).toBe(0);
    expect(lexemes[END]).toBe('<end>');
  });

  it('translates there and back, and names what it lacks', () => {
    const all = lexemes.map((_, id) => id);
    expect(encode(decode(all))).toEqual(all);
    expect(idOf('else')).toBeUndefined();
    expect(() => encode(['return', 'else'])).toThrow(/no "else"/);
    expect(() => decode([lexemes.length])).toThrow(/got id/);
  });

  it('has nothing that no statement and no author uses', () => {
    const random = stream(1, 'corpus');
    const used = new Set([END]);
    for (const task of tasks)
      for (const id of [...task.promptIds, ...sampleSolution(task, random)]) used.add(id);
    expect(lexemes.filter((_, id) => !used.has(id))).toEqual([]);
  });

  it('has a hash that depends on every lexeme and on their order', () => {
    expect(vocabularyHash).toMatch(/^[0-9a-f]{8}$/);
    expect(vocabularyHash).toBe(hashOf(lexemes.join('\n')).toString(16).padStart(8, '0'));
    expect(hashOf(lexemes.toReversed().join('\n'))).not.toBe(hashOf(lexemes.join('\n')));
    expect(hashOf('')).not.toBe(hashOf('a'));
  });
});
