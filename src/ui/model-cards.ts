import type { Measured } from '../protocol/device.ts';

/** What a visitor may want to know of a preset before choosing it, from its manifest. */
export interface ModelCard {
  /** Of the policy. */
  parameters: number;
  /** Of the files that a run loads at first: policy and strong reward model. */
  bytes: number;
}

interface Part {
  bytes: number;
  parameters: number;
}

/** Rejects, with a sentence, where the site has no such card. */
export async function loadCard(preset: string): Promise<ModelCard> {
  const response = await fetch(new URL(`models/${preset}/manifest.json`, document.baseURI));
  if (!response.ok) throw new Error(`models/${preset}/manifest.json is missing (HTTP ${response.status}).`);
  const { policy, rewardModels } = (await response.json()) as {
    policy: Part;
    rewardModels: Record<string, Part>;
  };
  return { parameters: policy.parameters, bytes: policy.bytes + rewardModels.strong.bytes };
}

/**
 * Milliseconds of an update at the standard settings, but for the judge, from what its parts took on this device: 256 responses sampled
 * and scored, of which best-worst keeps 64 for log-probs and two epochs of steps. Log-probs of 64 are three forward passes (policy,
 * reference, critic); scoring 256 is four. Undefined where a part is missing.
 */
export function updateEstimate(measured: readonly Measured[]): number | undefined {
  const part = (what: string, rows: number) => {
    const found = measured.find((one) => one.what === what && one.rows === rows);
    return found?.median;
  };
  const few = part('sampling', 64);
  const sampling = part('sampling', 256) ?? (few === undefined ? undefined : 4 * few);
  const logProbs = part('log-probs', 64);
  const step = part('training step', 64);
  if (sampling === undefined || logProbs === undefined || step === undefined) return undefined;
  return sampling + (7 / 3) * logProbs + 2 * step;
}
