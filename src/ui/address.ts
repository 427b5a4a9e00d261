import { defaultConfig, engineChoices, type EngineChoice, type RunConfig } from '../protocol/config.ts';

/**
 * What the page's address asks for, over the default: `?engine=auto|webgpu|cpu` and `?seed=` (a whole number from 0).
 * Throws on anything else under these two names, and says what is allowed.
 */
export function configFromAddress(search: string): RunConfig {
  const asked = new URLSearchParams(search);
  const engine = asked.get('engine') ?? defaultConfig.engine;
  if (!engineChoices.includes(engine as EngineChoice))
    throw new Error(`The address asks for engine=${engine}; it can be ${engineChoices.join(', ')}.`);
  const seedText = asked.get('seed') ?? String(defaultConfig.seed);
  const seed = Number(seedText);
  if (!/^\d+$/.test(seedText) || !Number.isSafeInteger(seed))
    throw new Error(`The address asks for seed=${seedText}; it can be a whole number from 0.`);
  return { ...defaultConfig, engine: engine as EngineChoice, seed };
}
