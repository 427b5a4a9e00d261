import { EXAMPLES_FILE, type ExampleRuns } from '../../record/example-runs.ts';

let loading: Promise<ExampleRuns> | undefined;

/** The runs that were trained for comparison; fetched when they are first asked for. @throws Error with a sentence where the site has none */
export function loadExamples(): Promise<ExampleRuns> {
  loading ??= fetchExamples();
  // Another time the network may be there.
  loading.catch(() => (loading = undefined));
  return loading;
}

async function fetchExamples(): Promise<ExampleRuns> {
  const problem = (what: string) => new Error(`${EXAMPLES_FILE} ${what}: npm run examples makes it.`);
  const response = await fetch(new URL(EXAMPLES_FILE, document.baseURI)).catch(() => undefined);
  if (!response?.ok) throw problem('could not be fetched');
  try {
    return (await response.json()) as ExampleRuns;
  } catch {
    throw problem('cannot be read');
  }
}
