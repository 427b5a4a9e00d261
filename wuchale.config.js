// @ts-check
import { adapter as svelte } from '@wuchale/svelte';
import { defineConfig, pofile } from 'wuchale';
import { varNames } from 'wuchale/adapter-utils';
import { adapter as vanilla } from 'wuchale/adapter-vanilla';

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

/** @param {string} text */
const isProse = (text) => {
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
    return (isComponent && scope === 'attribute' ? /\p{L}{2,}/u.test(text) : isProse(text)) && 'message';
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
const script = vanilla({
  ...options,
  files: {
    include: [
      'src/{ui,course,ppo,evidence}/**/*.ts',
      'src/judge/files/*.ts',
      'src/tasks/own-tasks.ts',
      'src/record/run-file.ts',
    ],
    // The two are there before the app.
    ignore: ['**/*.d.ts', 'src/ui/{shell,host-policy}.ts'],
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
      transform: async (source) => {
        const { output, msgs } = await script.transform(source);
        const runtime = `const ${varNames.rt} = ${source.expr.plain}`;
        return {
          msgs,
          output: (header) => {
            const { code, map } = output('');
            return { code: `${header};${runtime};${code}`, map };
          },
        };
      },
    },
  },
});
