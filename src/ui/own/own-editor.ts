/** Monaco for code that the visitor writes: with line numbers, the API's completions, what its names are, and a mark at the line that is wrong. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import { openEditor } from '../response/monaco.ts';
import { toldOf, type Api } from './api.ts';

/** Whose markers these are. */
const OWNER = 'own-code';

/** What the code of a model is given: programs of the policy's have no such API. */
const apis = new WeakMap<object, Api>();

monaco.languages.registerCompletionItemProvider('javascript', {
  triggerCharacters: ['.'],
  provideCompletionItems(model, { lineNumber, column }) {
    const before = model.getLineContent(lineNumber).slice(0, column - 1);
    const { startColumn, endColumn } = model.getWordUntilPosition({ lineNumber, column });
    const range = new monaco.Range(lineNumber, startColumn, lineNumber, endColumn);
    const members = apis.get(model)?.membersAfter(before) ?? [];
    return {
      suggestions: members.map(({ name, type, words }) => ({
        ...{ label: name, detail: type, documentation: words, insertText: name, range },
        kind: monaco.languages.CompletionItemKind.Property,
      })),
    };
  },
});

monaco.languages.registerHoverProvider('javascript', {
  provideHover(model, { lineNumber, column }) {
    const word = model.getWordAtPosition({ lineNumber, column });
    const api = apis.get(model);
    if (!word || !api) return undefined;
    const told = toldOf(api, model.getLineContent(lineNumber).slice(0, word.startColumn - 1), word.word);
    return (
      told && {
        range: new monaco.Range(lineNumber, word.startColumn, lineNumber, word.endColumn),
        contents: [{ value: `\`\`\`javascript\n${told.declared}\n\`\`\`` }, { value: told.words }],
      }
    );
  },
});

/** As `openEditor`; `mark` shows what is wrong at a line (from 1), or that nothing is. */
export function openOwnEditor(
  host: HTMLElement,
  { text, label, api, isLocked }: { text: string; label: string; api: Api; isLocked: boolean },
  dark: boolean,
  onchange: (text: string) => void,
) {
  const { editor, ...opened } = openEditor(host, text, dark, onchange, {
    ariaLabel: label,
    readOnly: isLocked,
    lineNumbers: 'on',
    lineNumbersMinChars: 2,
    lineDecorationsWidth: 10,
    quickSuggestions: { other: true, comments: false, strings: false },
    suggest: { showIcons: false },
  });
  const model = editor.getModel()!;
  apis.set(model, api);
  return {
    ...opened,
    mark(problem: { line: number; words: string } | undefined) {
      const line = Math.min(problem?.line ?? 1, model.getLineCount());
      const marker = {
        ...{ startLineNumber: line, endLineNumber: line, message: problem?.words ?? '' },
        startColumn: model.getLineFirstNonWhitespaceColumn(line) || 1,
        endColumn: model.getLineMaxColumn(line),
        severity: monaco.MarkerSeverity.Error,
      };
      monaco.editor.setModelMarkers(model, OWNER, problem ? [marker] : []);
    },
  };
}
