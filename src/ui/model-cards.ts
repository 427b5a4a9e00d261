import { defaultKnobs } from '../ppo/knobs.ts';
import type { Measured } from '../protocol/device.ts';
import type { RewardCard } from '../protocol/reward-card.ts';

/** What a visitor may want to know of a preset before choosing it, from its manifest. */
export interface ModelCard {
  /** Of the policy. */
  parameters: number;
  /** Of the files that a run loads at first: policy and the standard reward model. */
  bytes: number;
}

interface Part {
  bytes: number;
  parameters: number;
}

interface Models {
  policy: Part;
  rewardModels: Record<string, Part & { card?: RewardCard }>;
}

async function loadModels(preset: string): Promise<Models> {
  const response = await fetch(new URL(`models/${preset}/manifest.json`, document.baseURI));
  if (!response.ok) throw new Error(`models/${preset}/manifest.json is missing (HTTP ${response.status}).`);
  return (await response.json()) as Models;
}

/** Rejects, with a sentence, where the site has no such card. */
export async function loadCard(preset: string): Promise<ModelCard> {
  const { policy, rewardModels } = await loadModels(preset);
  return { parameters: policy.parameters, bytes: policy.bytes + rewardModels[defaultKnobs.teacher].bytes };
}

/** The cards of a preset's reward models by name; undefined where one was not measured. Rejects as `loadCard` does. */
export async function loadRewardCards(
  preset: string,
): Promise<Readonly<Record<string, RewardCard | undefined>>> {
  const { rewardModels } = await loadModels(preset);
  return Object.fromEntries(Object.entries(rewardModels).map(([name, { card }]) => [name, card]));
}

/** What a reward model is worth, in a sentence or two. */
export function cardText({ heldOut, inTraining, topPassRate }: RewardCard): string {
  const percent = (part: number) => `${Math.round(100 * part)} %`;
  const last = inTraining.at(-1);
  const later = last ? `, and ${percent(last.accuracy)} of those it meets after ${last.update} updates` : '';
  return `Orders ${percent(heldOut)} of held-out pairs rightly${later}. Of its 2 % highest scores, ${percent(topPassRate)} pass.`;
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
  const step = part(/* @wc-ignore */ 'training step', 64);
  if (sampling === undefined || logProbs === undefined || step === undefined) return undefined;
  return sampling + (7 / 3) * logProbs + 2 * step;
}
