// @ts-check
import { adapter as svelte } from '@wuchale/svelte';
import { defineConfig, pofile } from 'wuchale';
import { varNames } from 'wuchale/adapter-utils';
import { Transformer, adapter as vanilla } from 'wuchale/adapter-vanilla';

/** Calls whose words are for the browser, or for ourselves: selectors, keys, names of events. */
const CALLS =
  /(^|\.)(querySelector(All)?|closest|matches|startsWith|endsWith|getItem|setItem|once|addEventListener|load|find|set)$|^console\./;
/** Attributes that are read or heard; others hold names. */
const SPOKEN = /^(aria-label|aria-description|aria-valuetext|aria-roledescription|title|placeholder|alt)$/;
/** Properties of components that hold names as well. */
const NAMES = /^(class|id|term|filter|result|what|accept|href|knob|data-.*)$/;

/** What looks like code: brackets, paths, member access, calls, media queries. */
const NO_WORDS = /[{}<>[\]_"\n\\|]|=\S|\S=|\.[a-z]|\/[a-z]|px |[a-z]\(|^\([a-z-]+:/;

/** Names of things of the language, the browser and its keys. */
const NAMES_OF_OTHERS =
  /^([A-Z][a-z]+){2,}$|^(Escape|Enter|Home|End|Tab|Error|Math|Files|Identifier|Literal|Property|Infinity|NaN)$/;

/** Three words in a row, whatever stands around them, are a sentence. */
export const SENTENCE = /(?<![\p{L}\d_.'’/-])\p{L}\p{Ll}*,? \p{Ll}+,? \p{Ll}+(?![\p{L}\d_(=])/u;
/** What is shown as code, or given to a machine: programs, markup, commands, lists of names. */
export const CODE = /^(\/\/|<|npm run )|\n/;

/** @param {string} text */
const isProse = (text) => {
  if (CODE.test(text)) return false;
  if (SENTENCE.test(text)) return true;
  const words = text.replace(/#/g, ' ').match(/\p{L}{2,}/gu) ?? [];
  return (
    words.length > 0 &&
    !NO_WORDS.test(text) &&
    !NAMES_OF_OTHERS.test(text) &&
    (/\s/.test(text.trim()) || /^\p{Lu}\p{Ll}+/u.test(text))
  );
};

/** What of the source is said to visitors. @type {import('wuchale').HeuristicFunc} */
function isSaid({ msgStr: [text], details }) {
  const { scope, element, attribute, call, topLevelCall } = details;
  // A language is spoken from load to load, so that no constant need be made a derived value, which the adapter does to variables.
  details.declaring = 'expression';
  if (scope === 'markup')
    return element !== 'code' && element !== 'style' && /\p{L}{2,}/u.test(text) && 'message';
  if (attribute !== undefined) {
    const isComponent = /^[A-Z]/.test(element ?? '');
    if (isComponent ? NAMES.test(attribute) : !SPOKEN.test(attribute)) return false;
    return (scope === 'attribute' ? /\p{L}{2,}/u.test(text) : isProse(text)) && 'message';
  }
  if (CALLS.test(call ?? '') || CALLS.test(topLevelCall ?? '')) return false;
  return isProse(text) && 'message';
}

const options = {
  storage: pofile(),
  heuristic: isSaid,
  loader: 'custom',
  /** @type {import('wuchale').CodePattern[]} */
  patterns: [{ name: 'counted', args: ['other', 'message', 'pluralFunc'] }],
  runtime: {
    /** Functions use their module's. @param {{ funcName?: string | undefined }} where */
    initReactive: ({ funcName }) => (funcName == null ? false : null),
    useReactive: false,
  },
};

/** Errors of a call that is wrong are for programmers; all others are said to visitors. */
const PROGRAMMERS = /^(Range|Type)Error$/;

/** @typedef {Parameters<Transformer['visit']>[0]} Node */

/** The library's transformer, which looks into what is thrown and into the fields of classes as well. @param {ConstructorParameters<typeof Transformer>} of */
function transformer(...of) {
  const made = new Transformer(...of);
  const { visit, visitClassDeclaration } = made;
  return Object.assign(made, {
    /** @param {Extract<Node, { type: 'ThrowStatement' }>} statement */
    visitThrowStatement: ({ argument }) => {
      const name =
        argument.type === 'NewExpression' && argument.callee.type === 'Identifier' && argument.callee.name;
      return name && PROGRAMMERS.test(name) ? [] : visit(argument);
    },
    /** @param {Parameters<typeof visitClassDeclaration>[0]} declaration */
    visitClassDeclaration: (declaration) => [
      ...visitClassDeclaration(declaration),
      ...declaration.body.body.flatMap((part) =>
        part.type === 'PropertyDefinition' && part.value ? visit(part.value) : [],
      ),
    ],
  });
}

const script = vanilla({
  ...options,
  files: {
    include: [
      'src/{ui,course,ppo,evidence,record}/**/*.ts',
      'src/judge/files/*.ts',
      'src/tasks/{json-list,own-tasks,program-text,tasks}.ts',
      'src/model/{checkpoint,manifest,own-file}.ts',
    ],
    // The two in ui are there before the app; exports are read by other programs.
    ignore: ['**/*.d.ts', 'src/ui/{shell,host-policy}.ts', 'src/record/exports.ts'],
  },
});

export default defineConfig({
  locales: ['en', 'de'],
  localesDir: 'src/languages',
  adapters: {
    page: svelte({ ...options, files: 'src/ui/**/*.svelte' }),
    script: {
      ...script,
      // The adapter looks up in functions alone; our modules have constants with sentences. On the first line, so that lines stay.
      transform: ({ content, filename, index, expr, matchUrl }) => {
        const { patterns } = options;
        const { output, msgs } = transformer(
          content,
          filename,
          index,
          isSaid,
          patterns,
          expr,
          script.runtime,
          matchUrl,
        ).transform();
        const looked = `const ${varNames.rt} = ${expr.plain}`;
        return {
          msgs,
          output: (header) => {
            const { code, map } = output('');
            return { code: `${header};${looked};${code}`, map };
          },
        };
      },
    },
  },
});
