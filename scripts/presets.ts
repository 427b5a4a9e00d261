import { knownBy, PAIRS_PER_STEP, rewardRates, SAMPLES_PER_PROMPT, SFT_ROWS } from '../src/lab.ts';
import { policyColumns, type NetworkConfig } from '../src/model/network.ts';
import type { RewardRecipe, SftRecipe } from '../src/pretrain.ts';
import type { RewardModelName } from '../src/protocol/config.ts';
import { contextLength, lexemes } from '../src/tasks/vocabulary.ts';

export interface Preset {
  layers: number;
  channels: number;
  heads: number;
  /** T; where it is not given, what every task and every author need. */
  contextLength?: number;
  sft: SftRecipe;
  /** Training prompts, and the responses to each, that make the pairs of the reward models: of the SFT policy, and of authors. */
  pairs: { prompts: number; samplesPerPrompt: number };
  /** Who writes the pool `in training`: the policies of these seeds, for so many updates of PPO under the reward model of a first round. */
  inTraining: { under: RewardRecipe; updates: number; seeds: readonly number[] };
  rewardModels: Readonly<Partial<Record<RewardModelName, RewardRecipe>>>;
}

/** The reward models that every preset has, and those that one alone has, at a learning rate. */
function rewardRecipes(learningRate: number) {
  const shared = { pairsPerStep: PAIRS_PER_STEP, learningRate };
  /** One round: pairs of the SFT policy's own samples. */
  const oneRound: RewardRecipe = { ...shared, steps: 800, pools: ['samples'], corruptedShare: 0.15 };
  const twoRounds: RewardRecipe = { ...oneRound, steps: 1200, pools: ['samples', 'in training'] };
  return {
    inTraining: { under: oneRound, updates: 20, seeds: [101, 102] },
    usual: {
      /** Two rounds: it has also seen what policies in training write. */
      strong: twoRounds,
      /** Few pairs, briefly. */
      weak: { ...shared, steps: 120, pools: ['samples'], prompts: 200 },
      /** Pairs of an annotator who can only read chains: of what is written otherwise he has no opinion. */
      'some-idioms': { ...twoRounds, steps: 1500, reads: knownBy.chains },
    },
    ladder: {
      'one-round': oneRound,
      /** Pairs of a careless annotator. */
      'flipped-labels': { ...oneRound, flippedShare: 0.3 },
      /** Pairs of an annotator who takes length for quality. */
      'length-biased': { ...oneRound, longerShare: 0.4 },
      /** It has only seen what people write: nothing garbled, and nothing that a policy came up with. */
      gullible: { ...oneRound, pools: ['authors'], corruptedShare: 0 },
    },
  } as const satisfies Pick<Preset, 'inTraining'> & Record<'usual' | 'ladder', Preset['rewardModels']>;
}

function tiny(): Preset {
  const { inTraining, usual, ladder } = rewardRecipes(rewardRates.tiny);
  return {
    layers: 2,
    channels: 32,
    heads: 4,
    sft: { steps: 2400, rows: SFT_ROWS, learningRate: 4e-3 },
    pairs: { prompts: 1200, samplesPerPrompt: SAMPLES_PER_PROMPT },
    inTraining,
    rewardModels: { ...usual, ...ladder },
  };
}

function small(): Preset {
  const { inTraining, usual } = rewardRecipes(rewardRates.small);
  return {
    layers: 4,
    channels: 64,
    heads: 4,
    sft: { steps: 1600, rows: SFT_ROWS, learningRate: 2e-3 },
    pairs: { prompts: 1200, samplesPerPrompt: SAMPLES_PER_PROMPT },
    inTraining,
    rewardModels: usual,
  };
}

export const presets: Record<string, Preset> = { tiny: tiny(), small: small() };

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
