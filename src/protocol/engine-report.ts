/** An op in a plan that is replayed. */
export interface StepReport {
  kernel: string;
  /** Where in the network: "block 1, backward"; undefined where that is not known. */
  part?: string;
  /** By name; rows that may be fewer than `most` as they were last. */
  dims: Readonly<Record<string, number | { readonly most: number; readonly now: number }>>;
  /** Milliseconds, the mean of the plan's timed runs. */
  ms: number;
}

export interface PlanReport {
  name: string;
  /** Runs that were timed so far. */
  runs: number;
  steps: readonly StepReport[];
}

/** What was asked of a device. */
export interface EngineCounts {
  dispatches: number;
  submits: number;
  readBacks: number;
  waits: number;
  buffers: number;
  bindGroups: number;
  pipelines: number;
}

/** What the policy's engine runs, and what it takes. */
export interface EngineReport {
  network: { layers: number; channels: number; heads: number; vocabulary: number; contextLength: number };
  /** Of a GPU: what it says of itself. */
  adapter?: string;
  /** The adapter is software, for which shaders are tuned otherwise. */
  isSoftware: boolean;
  /** Of the last update from its prompts to its last Adam step; undefined before there is one. */
  counts?: EngineCounts;
  /** Why nothing can be timed, in a sentence. */
  problem?: string;
  plans: readonly PlanReport[];
}
