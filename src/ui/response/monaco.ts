/** Monaco's bare editor with JavaScript's colours, and suggestions and hovers where a model has some: no language service, none of its other languages. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
// No feature by itself; before the first editor, which looks once for the services that there are.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/caretOperations/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/codeEditor/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/hover/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import 'monaco-editor/languages/definitions/javascript/register.js';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

/** The page's own colours, so that the editor looks like the listing it takes the place of. */
const themes = {
  'page-light': {
    base: 'vs',
    ink: '1d1b16',
    keyword: '4653c2',
    number: '8f5600',
    string: '147a5a',
    quiet: '67625a',
    paper: 'fffefb',
    choice: 'dfe2f6',
  },
  'page-dark': {
    base: 'vs-dark',
    ink: 'eeebe3',
    keyword: '97a3f5',
    number: 'e2a33d',
    string: '46b797',
    quiet: 'a5a198',
    paper: '1c1f23',
    choice: '2d3152',
  },
} as const;

for (const [name, theme] of Object.entries(themes))
  monaco.editor.defineTheme(name, {
    base: theme.base,
    inherit: false,
    rules: [
      { token: '', foreground: theme.ink },
      { token: 'keyword', foreground: theme.keyword },
      { token: 'number', foreground: theme.number },
      { token: 'string', foreground: theme.string },
      { token: 'comment', foreground: theme.quiet },
    ],
    colors: {
      'editor.background': `#${theme.paper}`,
      'editor.foreground': `#${theme.ink}`,
      'editor.selectionBackground': `#${theme.choice}`,
      'editorCursor.foreground': `#${theme.ink}`,
      ...Object.fromEntries(
        [1, 2, 3, 4, 5, 6].map((depth) => [`editorBracketHighlight.foreground${depth}`, `#${theme.ink}`]),
      ),
      'editorLineNumber.foreground': `#${theme.quiet}`,
      'editorHoverWidget.background': `#${theme.paper}`,
      'editorHoverWidget.foreground': `#${theme.ink}`,
      'editorHoverWidget.border': `#${theme.quiet}`,
    },
  });

export function themeName(dark: boolean): string {
  return dark ? 'page-dark' : 'page-light';
}

/**
 * An editor in `host` that grows with its text; Tab leaves it, so that the keyboard is never caught.
 *
 * @param more options that are others than a program's
 */
export function openEditor(
  host: HTMLElement,
  text: string,
  dark: boolean,
  onchange: (text: string) => void,
  more: monaco.editor.IEditorOptions = {},
): {
  editor: monaco.editor.IStandaloneCodeEditor;
  setText: (text: string) => void;
  setDark: (dark: boolean) => void;
  dispose: () => void;
} {
  const editor = monaco.editor.create(host, {
    value: text,
    language: 'javascript',
    theme: themeName(dark),
    ariaLabel: 'Program',
    automaticLayout: true,
    tabFocusMode: true,
    fontFamily: '"JetBrains Mono", ui-monospace, monospace',
    fontSize: 12.5,
    lineHeight: 19,
    fontLigatures: false,
    tabSize: 2,
    minimap: { enabled: false },
    lineNumbers: 'off',
    lineDecorationsWidth: 0,
    lineNumbersMinChars: 0,
    glyphMargin: false,
    folding: false,
    guides: { indentation: false },
    renderLineHighlight: 'none',
    // What is judged is what was typed.
    autoClosingBrackets: 'never',
    autoSurround: 'never',
    overviewRulerLanes: 0,
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    scrollBeyondLastLine: false,
    wordWrap: 'on',
    wrappingIndent: 'indent',
    stickyScroll: { enabled: false },
    // The listing's box scrolls, not the editor.
    scrollbar: {
      vertical: 'hidden',
      horizontal: 'hidden',
      handleMouseWheel: false,
      alwaysConsumeMouseWheel: false,
    },
    contextmenu: false,
    links: false,
    occurrencesHighlight: 'off',
    selectionHighlight: false,
    wordBasedSuggestions: 'off',
    quickSuggestions: false,
    ...more,
  });
  const grow = () => (host.style.height = `${editor.getContentHeight()}px`);
  editor.onDidContentSizeChange(grow);
  grow();
  editor.onDidChangeModelContent(() => onchange(editor.getValue()));
  return {
    editor,
    setText: (next) => {
      const model = editor.getModel();
      if (!model || next === model.getValue()) return;
      // As an edit it can be undone: nobody's own code is lost to an example.
      editor.pushUndoStop();
      const isDone = editor.executeEdits('page', [{ range: model.getFullModelRange(), text: next }]);
      // One that is only read takes no edits, and has nothing of anybody's to lose.
      if (!isDone) model.setValue(next);
      editor.pushUndoStop();
    },
    setDark: (now) => monaco.editor.setTheme(themeName(now)),
    dispose: () => {
      editor.getModel()?.dispose();
      editor.dispose();
    },
  };
}
