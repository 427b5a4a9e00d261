import type { TestProject } from 'vitest/node';
import { dist, ensureBuilt } from '../../scripts/build.mjs';
import { serve } from '../../scripts/serve.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built page is served: under a sub-path, as on most static hosts. */
    siteUrl: string;
  }
}

/** Builds the page where that is due and serves it while the tests run. */
export default async function setup(project: TestProject) {
  ensureBuilt();
  const { url, close } = await serve(dist, { basePath: '/pf-ppo/' });
  project.provide('siteUrl', url);
  return close;
}
