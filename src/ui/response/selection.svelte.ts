import { untrack } from 'svelte';
import type { Knobs } from '../../protocol/config.ts';
import type { BatchView } from '../batch-view.ts';
import type { Run } from '../run.svelte.ts';
import type { JudgedBatch } from '../run/run-model.ts';
import { AskedTokens } from '../tokens/asked.svelte.ts';
import { responseOf, type OpenedResponse } from './response.ts';

/** A response with what it is of, and what was asked of its tokens. */
export interface Selected extends OpenedResponse {
  of: { run: object; judged: JudgedBatch; view: BatchView };
  tokens: AskedTokens;
}

/** The response that is looked at, wherever the page tells of one. */
export class Selection {
  /** The one that the visitor opened; until then one of the shown batch stands for it. */
  chosen = $state.raw<{ update: number; row: number }>();
  /** Kept while it is looked at, though the batch has gone. */
  opened = $state.raw<Selected>();

  choose(selected: Pick<OpenedResponse, 'update' | 'row'>): void {
    this.chosen = { update: selected.update, row: selected.row };
  }

  /** A response of a batch that may have gone. */
  reopen(selected: Selected): void {
    this.choose(selected);
    this.opened = selected;
  }

  /** What is drawn has changed. */
  follow(run: Pick<Run, 'history' | 'tokens'>, judged: JudgedBatch | undefined, view: BatchView | undefined) {
    const { history } = run;
    const was = untrack(() => this.opened);
    // A run that was started again has other responses under the same numbers.
    if (was && was.of.run !== history) this.chosen = this.opened = undefined;
    const { chosen } = this;
    if (!judged || !view) return;
    if (chosen && chosen.update !== view.update) return;
    // Else one that the filter keeps, where it keeps any.
    const row = chosen?.row ?? (view.cells.flat().find(({ kept }) => kept > 0) ?? view.cells[0][0]).row;
    const isSame = was?.of.run === history && was.update === view.update && was.row === row;
    const of = { run: history, judged, view };
    const tokens: AskedTokens = isSame
      ? was.tokens
      : new AskedTokens(() => {
          // What is learned from, or would be, as it is when they are asked for.
          const { opened } = this;
          const {
            judged: { batch },
            view: { kept },
          } = opened?.tokens === tokens ? opened.of : of;
          return run.tokens({ batch, kept }, row);
        });
    this.opened = { ...responseOf(judged, view, row), of, tokens };
  }
}

/** The settings that an update's formulas go by: as it read them, once it is done, else as they are set. */
export function settingsOf(run: Pick<Run, 'knobs' | 'knobsAt' | 'finished'>, update: number): Knobs {
  return isDone(run, update) ? run.knobsAt(update) : run.knobs;
}

/** It has learned from its batch; the untrained policy's is never learned from. */
export const isDone = ({ finished }: Pick<Run, 'finished'>, update: number) =>
  update > 0 && update <= finished;

/** Why nobody can be asked of tokens, as a sentence; undefined where the policy can. */
export function whyNoTokens(
  { status }: Pick<Run, 'status'>,
  judged: JudgedBatch | undefined,
): string | undefined {
  if (status.kind === 'recording')
    return 'This is a recording, which has no numbers of single tokens: its policy is not here to be asked.';
  if (status.kind === 'looking') {
    const { branchFrom } = status;
    const nearest =
      branchFrom === undefined
        ? ''
        : ` The nearest that can be asked is a branch from update ${branchFrom}, of the updates that it makes.`;
    return `The policy that is here has learned on since this update: it is asked of tokens when the page shows the run as it is now.${nearest}`;
  }
  if (judged?.isRescored)
    return 'These are scores that your code would give: nothing is learned by them, so there are no numbers of tokens.';
  return undefined;
}
