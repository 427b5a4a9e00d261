import type { Phase } from '../protocol/batch.ts';
import { keepsAll } from '../ppo/filter.ts';
import type { FilterConfig } from '../protocol/config.ts';
import { bytes, count, counted, fixed } from './format.ts';

/** What is being done: a stage of an update, and in the last one which minibatch. */
export interface PhaseNow {
  update: number;
  phase: Phase;
  minibatch?: { index: number; count: number };
}

/** What is known of an update, for a sentence about it. */
export interface UpdateSummary {
  update: number;
  programs: number;
  /** Undefined while its tests run. */
  passed: number | undefined;
  filter: FilterConfig;
  kept: number;
  /** Nats per kept response; undefined for the untrained policy. */
  kl: number | undefined;
}

/** Where the run is. */
export type Status =
  | { kind: 'starting' }
  | { kind: 'loading'; what: string; received: number; total: number }
  | { kind: 'opening'; phase: Phase | undefined }
  | { kind: 'ready'; first: UpdateSummary }
  | { kind: 'running'; update: number; phase: Phase | undefined; last: UpdateSummary | undefined }
  | {
      kind: 'paused';
      update: number;
      phase: Phase | undefined;
      finished: boolean;
      last: UpdateSummary | undefined;
    }
  | { kind: 'failed'; stage: string }
  /** A run that was recorded is shown as it was after an update, in place of the `live` one, which waits. */
  | {
      kind: 'recording';
      seed: number;
      /** Which models. */
      preset: string;
      update: number;
      /** The last that was recorded. */
      updates: number;
      isPlaying: boolean;
      isOver: boolean;
      /** Undefined where the update's batch was not kept. */
      last: UpdateSummary | undefined;
      live: Status;
    }
  /** The run of this page, shown as it was after an update before the last, while it waits at `live`. */
  | {
      kind: 'looking';
      update: number;
      /** The last that is done. */
      updates: number;
      /** The last update, up to the one that is shown, from which another run can branch off, where there is one. */
      branchFrom?: number;
      /** Undefined where the update's batch was not kept. */
      last: UpdateSummary | undefined;
      live: Status;
    };

/** One true sentence, its first words apart so that they can be set in bold. */
export interface Sentence {
  lead: string;
  rest: string;
}

/** What happens in a phase, to follow "Update 3:" or "Next:". */
const phaseWords: Record<Phase, string> = {
  prompts: 'prompts are drawn',
  rollouts: 'the policy writes programs',
  score: 'the programs are scored',
  filter: 'the filter chooses among them',
  judge: 'their unit tests run beside',
  experience: 'the kept ones are compared with the reference policy',
  advantages: 'advantages are worked out',
  update: 'PPO learns from the kept ones',
  evaluate: 'taking the measure of the policy on fixed prompts',
};

function facts(summary: UpdateSummary): string {
  const { programs, passed, filter, kept, kl } = summary;
  const truth = passed === undefined ? 'their tests are still running' : `${count(passed)} pass`;
  const movement = kl === undefined ? '' : `; KL ${fixed(kl, 3)}`;
  const choice = keepsAll(filter) ? `all ${count(kept)} kept` : `${filter.name} keeps ${count(kept)}`;
  return `${counted(programs, ['program', 'programs'])}, ${truth}; ${choice}${movement}.`;
}

/** The status sentence: true in every state. */
export function statusSentence(status: Status): Sentence {
  switch (status.kind) {
    case 'starting':
      return { lead: 'Starting.', rest: '' };
    case 'loading': {
      const { what, received, total } = status;
      if (!(total > 0)) return { lead: `Loading ${what}:`, rest: `${bytes(received)} so far.` };
      return {
        lead: `Loading ${what}:`,
        rest: `${Math.floor((100 * received) / total)} % of ${bytes(total)}.`,
      };
    }
    case 'opening':
      return {
        lead: 'Before training:',
        rest: `${status.phase ? phaseWords[status.phase] : 'the untrained policy writes its first programs'}.`,
      };
    case 'ready': {
      const { programs, passed } = status.first;
      const truth = passed === undefined ? 'their tests are running' : `${count(passed)} pass their tests`;
      return {
        lead: 'Ready.',
        rest: `The untrained policy wrote ${counted(programs, ['program', 'programs'])}; ${truth}. Press Train.`,
      };
    }
    case 'running': {
      if (status.last) return { lead: `Update ${status.last.update}:`, rest: facts(status.last) };
      const now = status.phase ? phaseWords[status.phase] : 'about to begin';
      return { lead: `Update ${status.update}:`, rest: `${now}.` };
    }
    case 'paused': {
      if (!status.finished) {
        const next = phaseWords[status.phase ?? 'prompts'];
        return { lead: `Paused in update ${status.update}.`, rest: `Next: ${next}.` };
      }
      if (!status.last) return { lead: `Paused after update ${status.update}.`, rest: '' };
      return { lead: `Paused after update ${status.update}:`, rest: facts(status.last) };
    }
    case 'failed':
      return { lead: 'Stopped:', rest: `${status.stage} failed. What happened stands below.` };
    case 'recording': {
      const { update, updates, seed, preset, last } = status;
      const made = `Made by npm run record: ${preset} models, seed ${seed}.`;
      return {
        lead: `A recording, update ${update} of ${updates}:`,
        rest: last ? `${facts(last)} ${made}` : made,
      };
    }
    case 'looking': {
      const { update, updates, last } = status;
      return {
        lead: `Looking at update ${update} of ${updates}:`,
        rest: `${last ? facts(last) : 'its programs were not kept, its numbers were.'} Train goes on from the end.`,
      };
    }
    default:
      throw new TypeError(`no sentence for ${JSON.stringify(status satisfies never)}`);
  }
}

/** Whether a run is between two updates, and not at one: no stage is at work. */
export const isAtRest = (status: Status): boolean =>
  ['ready', 'recording', 'looking'].includes(status.kind) || (status.kind === 'paused' && status.finished);

/** The live run waits for Train. */
export function canTrain(status: Status): boolean {
  return status.kind === 'recording' || status.kind === 'looking'
    ? canTrain(status.live)
    : status.kind === 'ready' || status.kind === 'paused';
}

/**
 * The page's title: all that is seen of it while another tab is in front. `view` is named where it is not the page's own;
 * `isCompared` where a comparison has come to its end and was not seen since.
 */
export function pageTitle(status: Status, view?: string, isCompared = false): string {
  const parts = isCompared ? ['Comparison done'] : [];
  if (status.kind === 'failed') parts.push('Stopped');
  if (status.kind === 'running') parts.push(`Update ${status.update}`);
  if (status.kind === 'paused')
    parts.push(
      status.finished ? `Paused after update ${status.update}` : `Paused in update ${status.update}`,
    );
  if (view !== undefined) parts.push(view);
  return [...parts, 'PF-PPO Playground'].join(' · ');
}
