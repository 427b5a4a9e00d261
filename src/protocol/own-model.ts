import type { RewardCard } from './reward-card.ts';

/** A model that a visitor trained: `own_`, a hash of what it is, and its recipe in short; see `ppo/own-models.ts`. */
export type OwnName = `own_${string}`;

/** Whose programs make the pairs: samples of the SFT policy, the authors', or pairs of one after pairs of the other. */
export const pairSources = ['samples', 'authors', 'both'] as const;
export type PairSource = (typeof pairSources)[number];
/** What the annotator can read: all programs, or those that chain a list’s methods, loop, or branch. Pairs of others he orders at random. */
export const readings = ['all', 'chains', 'loops', 'branches'] as const;
export type Reading = (typeof readings)[number];

/** How a reward model of one's own is trained. Shares are 0 … 1. */
export interface TeacherRecipe {
  kind: 'teacher';
  /** Whose SFT policy it begins as, and whose network it has. */
  preset: string;
  pairs: PairSource;
  reads: Reading;
  /** Training prompts, with 8 responses each. */
  prompts: number;
  /** Share of pairs of which the annotator says the opposite. */
  flipped: number;
  /** Share of pairs in which he prefers the longer response. */
  longer: number;
  /** Share of pairs whose wrong response is a right one with one lexeme exchanged. */
  garbled: number;
  /** Adam steps. */
  steps: number;
  seed: number;
}

/** How a policy is made from nothing: by imitation of authors. */
export interface PolicyRecipe {
  kind: 'policy';
  preset: string;
  steps: number;
  /** At its peak. */
  learningRate: number;
  seed: number;
}

export type OwnRecipe = TeacherRecipe | PolicyRecipe;

/** As `NetworkConfig`. */
interface Sizes {
  layers: number;
  channels: number;
  heads: number;
  vocabulary: number;
  contextLength: number;
  columns: number;
}

/** What is known of a model beside its weights. */
export type OwnAbout = { name: OwnName; network: Sizes } & (
  | {
      recipe: TeacherRecipe;
      /** Its scores are standardised by these. */
      scores: { mean: number; deviation: number };
      card: RewardCard;
      /** Share of (right, wrong) pairs of its training prompts that it orders rightly. */
      training: number;
    }
  | {
      recipe: PolicyRecipe;
      /** Pass@1 on held-out prompts. */
      passAt1: number;
    }
);
export type OwnTeacher = Extract<OwnAbout, { recipe: TeacherRecipe }>;

/** A program that a policy in the making wrote. */
export interface SampleProgram {
  statement: string;
  program: string;
  /** Share of tests passed. */
  testScore: number;
}

/** Page → the lab's thread. A thread does one job and is ended. */
export type LabCommand =
  /** `judgePort` leads to the page's judge. */
  | { type: 'train'; recipe: OwnRecipe; baseUrl: string; judgePort: MessagePort }
  | { type: 'pause' | 'resume' }
  /** Is this file a model that can be kept? */
  | { type: 'read'; bytes: Uint8Array<ArrayBuffer> };

export const labStages = ['models', 'samples', 'judge', 'train', 'card'] as const;
export type LabStage = (typeof labStages)[number];

/** The lab's thread → page. */
export type LabNotice =
  /** `done`: of all the work, 0 … 1. */
  | { type: 'at'; stage: LabStage; done: number }
  /** The loss is a running mean over about 20 steps; nats a pair, or a lexeme. */
  | { type: 'loss'; step: number; loss: number }
  /** Pair accuracy, or pass@1, on held-out prompts after `step` steps. */
  | { type: 'accuracy'; step: number; accuracy: number; programs?: SampleProgram[] }
  | { type: 'paused' }
  | { type: 'made'; about: OwnAbout; bytes: Uint8Array<ArrayBuffer> }
  /** A sentence: it is over. */
  | { type: 'problem'; problem: string };
