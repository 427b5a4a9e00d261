import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/ppo/random.ts';
import { referenceSolutions, sampleSolution } from '../../src/tasks/corpus.ts';
import { lexemesOf, programText, responseIdsOf } from '../../src/tasks/program-text.ts';
import { taskById, tasks } from '../../src/tasks/tasks.ts';
import { encode, END, lexemes } from '../../src/tasks/vocabulary.ts';

const onArray = taskById('array/odd/doubled/sum');
const onNumber = taskById('range/even/plain/list');
const idsOf = (body: string) => encode(lexemesOf(body));

describe('program text', () => {
  it('is laid out as people write it', () => {
    const loop = idsOf('let r=0;for(let i=0;i<a.length;i++){if(a[i]%2!==0)r+=a[i]*-2;}return r;');
    expect(programText(onArray, loop)).toBe(
      [
        'function f(a) {',
        '  let r = 0;',
        '  for (let i = 0; i < a.length; i++) {',
        '    if (a[i] % 2 !== 0) r += a[i] * -2;',
        '  }',
        '  return r;',
        '}',
        '',
      ].join('\n'),
    );
    const chain = idsOf('return Math.max(...Array.from({length:n},(_,i)=>i+1).filter(x=>x%2===0));');
    expect(programText(onNumber, chain)).toBe(
      'function f(n) {\n  return Math.max(...Array.from({ length: n }, (_, i) => i + 1).filter(x => x % 2 === 0));\n}\n',
    );
    const recursion = idsOf('const[x,...b]=a;return x>0?[-x,...f(b)]:f(b);');
    expect(programText(onArray, recursion)).toBe(
      'function f(a) {\n  const [x, ...b] = a;\n  return x > 0 ? [-x, ...f(b)] : f(b);\n}\n',
    );
    const digits = idsOf('for(const c of String(n)){const x=Number(c);r.push(x**2);}');
    expect(programText(onNumber, digits)).toBe(
      'function f(n) {\n  for (const c of String(n)) {\n    const x = Number(c);\n    r.push(x ** 2);\n  }\n}\n',
    );
  });

  it('ends at the end token, and is a whole function even around nothing', () => {
    const ids = idsOf('return n;');
    expect(programText(onNumber, [...ids, END, ...ids])).toBe(programText(onNumber, ids));
    expect(programText(onNumber, [])).toBe('function f(n) {\n}\n');
  });

  it('of any response reads back as the same response', () => {
    const anyLexeme = fc.integer({ min: 1, max: lexemes.length - 1 });
    fc.assert(
      fc.property(fc.array(anyLexeme, { maxLength: 45 }), (ids) => {
        expect(responseIdsOf(onArray, programText(onArray, ids))).toEqual({ ids });
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('of every author and every reference reads back, parses, and survives a visitor’s white space', () => {
    const random = stream(1, 'corpus');
    for (const task of tasks.filter((_, i) => i % 5 === 0))
      for (const ids of [...referenceSolutions(task), sampleSolution(task, random)]) {
        const program = programText(task, ids);
        expect(() => new Function(program)).not.toThrow();
        expect(responseIdsOf(task, program)).toEqual({ ids });
        const spread = program.replace(/ /g, '\n\t').replace(/\{\n/g, '{ // comment\n/* another */');
        expect(responseIdsOf(task, spread)).toEqual({ ids });
      }
  });
});

describe('a program that the models cannot read', () => {
  const problemOf = (program: string) => {
    const result = responseIdsOf(onArray, program);
    return 'problem' in result ? result.problem : '';
  };

  it('is told which lexeme they lack', () => {
    expect(problemOf('function f(a) { if (a) return 1; else return 2; }')).toContain('"else"');
    expect(problemOf('function f(a) { return total; }')).toContain('"total"');
    expect(problemOf('function f(a) { return 42; }')).toContain('"42"');
    expect(problemOf("function f(a) { return 'one'; }")).toContain("'one'");
  });

  it('is told that signature or closing brace is missing', () => {
    expect(problemOf('')).toContain('function f(a) {');
    expect(problemOf('const f = a => a.length;')).toContain('function f(a) {');
    expect(problemOf('function f(n) { return n; }')).toContain('function f(a) {');
    expect(problemOf('function f(a) {')).toContain('closing brace');
    expect(problemOf('function f(a) { return a;')).toContain('closing brace');
  });

  it('is told how long it may be', () => {
    expect(problemOf(`function f(a) { ${'return a; '.repeat(30)} }`)).toMatch(/90 lexemes.*5\d/);
  });
});
