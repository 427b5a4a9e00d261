import { policyColumns, type NetworkConfig } from '../src/model/network.ts';
import type { RewardRecipe, SftRecipe } from '../src/pretrain.ts';
import { contextLength, lexemes } from '../src/tasks/vocabulary.ts';

export interface Preset {
  layers: number;
  channels: number;
  heads: number;
  /** T; where it is not given, what every task and every author need. */
  contextLength?: number;
  sft: SftRecipe;
  /** Training prompts, and the SFT policy's samples of each, that make the pairs of the reward models. */
  pairs: { prompts: number; samplesPerPrompt: number };
  /** Of those prompts, how many the weak reward model sees. */
  weakPrompts: number;
  /** The weak reward model sees few prompts, briefly, and one round only. */
  weak: RewardRecipe;
  /** The first round of the strong one; it judges the policies whose samples make the second round. */
  firstRound: RewardRecipe;
  strong: RewardRecipe;
  /** PPO updates per policy whose samples make the second round, and the seeds of those policies. */
  secondRound: { updates: number; seeds: number[] };
}

/** The reward models' recipes, but for the rate. */
function rewardRecipes(learningRate: number): Pick<Preset, 'weak' | 'firstRound' | 'strong'> {
  const shared = { pairsPerStep: 32, learningRate };
  return {
    weak: { ...shared, steps: 120, corruptedShare: 0 },
    firstRound: { ...shared, steps: 800, corruptedShare: 0.15 },
    strong: { ...shared, steps: 1200, corruptedShare: 0.15 },
  };
}

export const presets: Record<string, Preset> = {
  tiny: {
    layers: 2,
    channels: 32,
    heads: 4,
    sft: { steps: 2400, rows: 64, learningRate: 4e-3 },
    pairs: { prompts: 1200, samplesPerPrompt: 8 },
    weakPrompts: 200,
    ...rewardRecipes(1e-3),
    secondRound: { updates: 20, seeds: [101, 102] },
  },
  small: {
    layers: 4,
    channels: 64,
    heads: 4,
    sft: { steps: 1600, rows: 64, learningRate: 2e-3 },
    pairs: { prompts: 1200, samplesPerPrompt: 8 },
    weakPrompts: 200,
    ...rewardRecipes(5e-4),
    secondRound: { updates: 20, seeds: [101, 102] },
  },
};

/** The policy's network; a reward model's has one column. */
export function networkOf({
  layers,
  channels,
  heads,
  contextLength: T = contextLength,
}: Preset): NetworkConfig {
  const vocabulary = lexemes.length;
  return { layers, channels, heads, vocabulary, contextLength: T, columns: policyColumns(vocabulary) };
}
