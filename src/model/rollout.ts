import type { Batch } from '../protocol/batch.ts';
import { taskById } from '../tasks/tasks.ts';
import { contextLength, END } from '../tasks/vocabulary.ts';

/** What generation returns: R sequences in rows of T ids. Row r is answered to prompt ⌊r / groupSize⌋. */
export interface Rollout {
  rows: number;
  /** T */
  contextLength: number;
  /** (R, T): the prompt, the response, then END to the end of the row. */
  tokens: Uint32Array;
  /** (R): ids of the prompt. */
  promptLengths: Uint32Array;
  /** (R): ids in use: prompt, response and, where there is one, its end token. */
  lengths: Uint32Array;
  /** (R): 1 where the response closed with an end token inside the context. */
  ended: Uint8Array;
}

/** The response of row r, without its end token. */
export function responseIds(rollout: Rollout, r: number): number[] {
  const from = r * rollout.contextLength;
  const end = from + rollout.lengths[r] - rollout.ended[r];
  return Array.from(rollout.tokens.subarray(from + rollout.promptLengths[r], end));
}

/** A prompt and a response to it, without its end token. */
export interface Sequence {
  prompt: readonly number[];
  response: readonly number[];
}

/** A sequence as a row of a rollout; throws where it does not fit. */
export function rolloutOf(sequences: readonly Sequence[], T = contextLength): Rollout {
  const rows = sequences.length;
  const rollout: Rollout = {
    rows,
    contextLength: T,
    tokens: new Uint32Array(rows * T).fill(END),
    promptLengths: new Uint32Array(rows),
    lengths: new Uint32Array(rows),
    ended: new Uint8Array(rows).fill(1),
  };
  sequences.forEach(({ prompt, response }, r) => {
    const length = prompt.length + response.length + 1;
    if (length > T) throw new Error(`a sequence of ${length} ids does not fit the context of ${T}`);
    rollout.tokens.set(prompt, r * T);
    rollout.tokens.set(response, r * T + prompt.length);
    rollout.promptLengths[r] = prompt.length;
    rollout.lengths[r] = length;
  });
  return rollout;
}

/** A batch as the page knows it, as the rollout that it was. */
export function rolloutOfBatch({ taskIds, groupSize, tokens, lengths, ended }: Batch): Rollout {
  const rows = lengths.length;
  const promptLengths = lengths.map((_, r) => taskById(taskIds[Math.floor(r / groupSize)]).promptIds.length);
  const contextLength = tokens.length / rows;
  return { rows, contextLength, tokens, promptLengths, lengths, ended: Uint8Array.from(ended, Number) };
}

/** The rows named, in that order, repeated where a row is named twice. */
export function selectRows(rollout: Rollout, rows: readonly number[]): Rollout {
  const T = rollout.contextLength;
  const selected: Rollout = {
    rows: rows.length,
    contextLength: T,
    tokens: new Uint32Array(rows.length * T),
    promptLengths: new Uint32Array(rows.length),
    lengths: new Uint32Array(rows.length),
    ended: new Uint8Array(rows.length),
  };
  rows.forEach((from, to) => {
    selected.tokens.set(rollout.tokens.subarray(from * T, (from + 1) * T), to * T);
    selected.promptLengths[to] = rollout.promptLengths[from];
    selected.lengths[to] = rollout.lengths[from];
    selected.ended[to] = rollout.ended[from];
  });
  return selected;
}

/**
 * Per position m = r·T + t: the id that follows it (`targets`) and whether that id belongs to the response and is thus an
 * action of the policy (`mask` 1). Positions are those of the logits: t predicts t + 1.
 */
export function predictions(rollout: Rollout): { targets: Uint32Array; mask: Float32Array } {
  const { rows, contextLength: T, tokens, promptLengths, lengths } = rollout;
  const targets = new Uint32Array(rows * T).fill(END);
  const mask = new Float32Array(rows * T);
  for (let r = 0; r < rows; r++) {
    targets.set(tokens.subarray(r * T + 1, (r + 1) * T), r * T);
    mask.fill(1, r * T + promptLengths[r] - 1, r * T + lengths[r] - 1);
  }
  return { targets, mask };
}
