/**
 * The page brings its Content-Security-Policy along, in a meta element. A host may send another as a header, and both hold:
 * what that one forbids, such as the judge's script, fails far away from here, in frames and workers that cannot say why.
 */

/** Where a directive that is not there is looked for, per CSP level 3. */
const fallbacks: Record<string, readonly string[]> = {
  'script-src': ['script-src', 'default-src'],
  'script-src-elem': ['script-src-elem', 'script-src', 'default-src'],
  'worker-src': ['worker-src', 'child-src', 'script-src', 'default-src'],
  'style-src': ['style-src', 'default-src'],
};

/** A source that a directive of a policy does not allow, though the page needs it. */
export interface Missing {
  directive: string;
  source: string;
}

type Directives = ReadonlyMap<string, readonly string[]>;

function parse(policy: string): Directives {
  const directives = new Map<string, readonly string[]>();
  for (const text of policy.split(';')) {
    const [name, ...sources] = text.trim().split(/\s+/);
    // Of two with one name the first holds.
    if (name && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
  }
  return directives;
}

function allows(sources: readonly string[], wanted: string): boolean {
  const has = (source: string) => sources.some((given) => given.toLowerCase() === source);
  // Hashes and nonces switch 'unsafe-inline' off.
  const inline =
    has("'unsafe-inline'") && !sources.some((given) => /^'(sha\d+-|nonce-|strict-dynamic)/i.test(given));
  if (wanted === "'unsafe-inline'") return inline;
  if (wanted.startsWith("'sha")) return inline || sources.includes(wanted);
  if (wanted === "'wasm-unsafe-eval'") return has(wanted) || has("'unsafe-eval'");
  return has(wanted);
}

/**
 * What a policy forbids of what the page's own one names. The site's own files ('self') are left out where they must have
 * come, since this very script is one.
 *
 * @param header one policy, or several between commas, as a header holds them
 * @param own the page's policy
 */
export function missingFrom(header: string, own: string): Missing[] {
  const needs = parse(own);
  const from = (directive: string, pattern: RegExp) =>
    (needs.get(directive) ?? []).filter((source) => pattern.test(source));
  const needed: Missing[] = [
    ...from('script-src', /^'sha/).map((source) => ({ directive: 'script-src-elem', source })),
    ...from('script-src', /^'wasm/).map((source) => ({ directive: 'script-src', source })),
    ...from('worker-src', /^blob:/).map((source) => ({ directive: 'worker-src', source })),
    ...from('style-src', /^'unsafe-inline/).map((source) => ({ directive: 'style-src', source })),
  ];
  const missing = header.split(',').flatMap((policy) => {
    const given = parse(policy);
    return needed.flatMap(({ directive, source }) => {
      const name = fallbacks[directive].find((candidate) => given.has(candidate));
      const fails = name !== undefined && !allows(given.get(name) ?? [], source);
      // One who has only script-src need not learn of script-src-elem.
      const told = name === 'script-src-elem' ? name : directive.replace('-elem', '');
      return fails ? [{ directive: told, source }] : [];
    });
  });
  return missing.filter(
    ({ directive, source }, index) =>
      missing.findIndex((other) => other.directive === directive && other.source === source) === index,
  );
}

/** The words for a visitor and for whoever runs the site. */
export function policyProblem(missing: readonly Missing[]): string {
  const directives = [...new Set(missing.map(({ directive }) => directive))];
  const lacks = directives.map((name) => {
    const sources = missing.filter(({ directive }) => directive === name).map(({ source }) => source);
    return `${name} must allow ${sources.join(' ')}`;
  });
  return (
    'This page cannot work here: the Content-Security-Policy header of this site forbids what it needs. ' +
    `In the header ${lacks.join(', ')}. Or leave the header out for this page: it brings a strict policy of its own. ` +
    'Only whoever runs the site can change that; reloading does not help.'
  );
}

/**
 * Asks the host for the header that came with the page, and listens for what it forbids.
 *
 * @param tell is told once, if there is something to tell
 */
export async function watchHost(tell: (problem: string) => void): Promise<void> {
  const meta = document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]');
  if (!meta) return;
  let told = false;
  const say = (missing: readonly Missing[]) => {
    if (told || missing.length === 0) return;
    told = true;
    tell(policyProblem(missing));
  };
  document.addEventListener('securitypolicyviolation', (violation) => {
    const { blockedURI, disposition, effectiveDirective, originalPolicy } = violation;
    // What the page's own policy forbids is meant to be.
    if (disposition !== 'enforce' || originalPolicy === meta.content) return;
    const file = blockedURI.startsWith(location.origin)
      ? [{ directive: effectiveDirective, source: "'self'" }]
      : [];
    say([...file, ...missingFrom(originalPolicy, meta.content)]);
  });
  // Where even this is forbidden, the listener hears of it.
  const response = await fetch(location.href, { method: 'HEAD' }).catch(() => undefined);
  say(missingFrom(response?.headers.get('content-security-policy') ?? '', meta.content));
}
