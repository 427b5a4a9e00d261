/** HumanEval-X, HumanEvalPack, MBXP and multilingual HumanEval: {task_id, prompt, test, canonical_solution?, buggy_solution?, entry_point?}. */
import { isEntryPoint } from '../core/outcome.ts';
import { readAssertions } from './assertions.ts';
import { checkLanguage, entryPointOf, textIn, type Importer } from './problem.ts';

export const humanEval: Importer = {
  takes: (fields) => 'task_id' in fields && 'prompt' in fields && 'test' in fields,
  problemsOf(fields) {
    const task = textIn(fields.task_id);
    if (task === '') throw new Error('task_id is no text');
    checkLanguage(task, textIn(fields.language) || task.slice(0, task.indexOf('/')));
    const prompt = textIn(fields.prompt);
    const entryPoint = entryPointOf(prompt, textIn(fields.entry_point));
    if (!isEntryPoint(entryPoint)) throw new Error(`${task}: its prompt defines no function`);
    const { tests, tolerance, unread } = readAssertions(textIn(fields.test), entryPoint);
    const given = (name: string, field: string, label: 'pass' | 'fail') => {
      const body = textIn(fields[field]);
      return body === '' ? [] : [{ name, program: prompt + body, label }];
    };
    const references = [
      ...given('canonical', 'canonical_solution', 'pass'),
      ...given('buggy', 'buggy_solution', 'fail'),
    ];
    const told = unread.map(({ line, why }) => ({ where: `line ${line} of its test`, why }));
    return [{ task, entryPoint, prompt, tests, tolerance, unread: told, references, completions: [] }];
  },
};
