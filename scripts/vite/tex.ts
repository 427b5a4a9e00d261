import temml from 'temml';
import type { Plugin } from 'vite';

/**
 * Formulas of a file of lines `name: TeX`, each as MathML. `%` begins a line that is a comment. The file is ours, so that `\class{}{}` is trusted.
 * @throws Error that names the line that is none, or whose TeX cannot be set
 */
export function formulasOf(text: string): Record<string, string> {
  const entries = text.split('\n').flatMap((line, i): [string, string][] => {
    if (line.trim() === '' || line.startsWith('%')) return [];
    const [, name, tex] = /^([\w-]+): (.+)$/.exec(line) ?? [];
    try {
      if (tex === undefined) throw new Error('a line is "name: TeX"');
      return [[name, temml.renderToString(tex, { throwOnError: true, trust: true })]];
    } catch (error) {
      throw new Error(`line ${i + 1}: ${(error as Error).message}`, { cause: error });
    }
  });
  const twice = entries.find(([name], i) => entries.findIndex((other) => other[0] === name) !== i);
  if (twice) throw new Error(`the formula ${twice[0]} is there twice`);
  return Object.fromEntries(entries);
}

/** Sets formulas when the page is built, so that no page carries a typesetter. */
export function tex(): Plugin {
  return {
    name: 'tex',
    transform: {
      filter: { id: /\.tex$/ },
      handler: (code) => ({ code: `export default ${JSON.stringify(formulasOf(code))};`, map: null }),
    },
  };
}
