/** What the site has of experiment suites: a list of them, and the results of each. */
import * as v from 'valibot';
import { BadResults, parseResults, type Results } from '../../evidence/results.ts';

const entrySchema = v.object({
  /** Beside the list. */
  file: v.pipe(v.string(), v.regex(/^[\w-]+\.json$/, 'must be the name of a JSON file')),
  title: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  /** What the suite asks, in a sentence. */
  says: v.string(),
});
export type SuiteEntry = v.InferOutput<typeof entrySchema>;

const INDEX = 'index.json';

/** How a suite comes here. */
export const remedy = (name: string) =>
  `npm run experiment -- --suite ${name} --out DIR && npm run report -- DIR --view public/evidence/${name}.json`;

/** Evidence that cannot be shown; the message is a sentence. */
export class NoEvidence extends Error {
  override name = 'NoEvidence';
}

/** @throws NoEvidence */
export async function loadIndex(): Promise<SuiteEntry[]> {
  const text = await textOf(INDEX);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new NoEvidence(`evidence/${INDEX} is not JSON.`);
  }
  const parsed = v.safeParse(v.array(entrySchema), json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new NoEvidence(`evidence/${INDEX}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}.`);
}

/** @throws NoEvidence */
export async function loadSuite(file: string): Promise<Results> {
  const text = await textOf(file);
  try {
    return parseResults(text);
  } catch (error) {
    if (!(error instanceof BadResults)) throw error;
    throw new NoEvidence(`evidence/${file}${error.message}.`);
  }
}

async function textOf(file: string): Promise<string> {
  const response = await fetch(new URL(`evidence/${file}`, document.baseURI)).catch((error: unknown) => {
    throw new NoEvidence(`evidence/${file} could not be fetched (${(error as Error).message}).`);
  });
  // Some servers answer with the page where they have no such file.
  const isPage = response.headers.get('content-type')?.includes('text/html') ?? false;
  if (!response.ok || isPage) throw new NoEvidence(`evidence/${file} is not on this site.`);
  return response.text();
}
