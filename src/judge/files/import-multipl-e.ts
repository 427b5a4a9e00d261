/** MultiPL-E: {name, language, prompt, tests, stop_tokens}; its files of results have `completions` too. No solution comes with it. */
import { isEntryPoint } from '../core/outcome.ts';
import { readAssertions } from './assertions.ts';
import { checkLanguage, entryPointOf, textIn, type Importer } from './problem.ts';

export const multiplE: Importer = {
  takes: (fields) => 'name' in fields && 'prompt' in fields && typeof fields.tests === 'string',
  problemsOf(fields) {
    const task = textIn(fields.name);
    if (task === '') throw new Error('name is no text');
    checkLanguage(task, textIn(fields.language));
    const prompt = textIn(fields.prompt);
    const entryPoint = entryPointOf(prompt);
    if (!isEntryPoint(entryPoint)) throw new Error(`${task}: its prompt defines no function`);
    const { tests, tolerance, unread } = readAssertions(textIn(fields.tests), entryPoint);
    const completions = Array.isArray(fields.completions)
      ? (fields.completions as unknown[]).map(textIn)
      : [];
    const told = unread.map(({ line, why }) => ({ where: `line ${line} of its tests`, why }));
    return [{ task, entryPoint, prompt, tests, tolerance, unread: told, references: [], completions }];
  },
};
