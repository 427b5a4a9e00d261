import type { Step } from './op-times.ts';

/** A dispatch, of which its step is known. */
export interface OfStep {
  readonly step: Step;
}

/** What every device allows in a query set: two timestamps a step. */
export const MOST_TIMED = 2048;

/** Dispatches by step, in order. */
function byStep<Row extends OfStep>(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows)
    if (groups.at(-1)?.[0].step === row.step) groups.at(-1)!.push(row);
    else groups.push([row]);
  return groups;
}

export function stepsOf(rows: readonly OfStep[]): Step[] {
  return byStep(rows).map(([{ step }]) => step);
}

/**
 * Encodes rows as one pass for each step, timed by the GPU's own clock. The caller submits in the same turn; `tell` gets milliseconds by
 * step when the GPU is done, or never, where it is lost.
 */
export function encodeTimed<Row extends OfStep>(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  rows: readonly Row[],
  encode: (pass: GPUComputePassEncoder, row: Row) => void,
  tell: (ms: number[]) => void,
): void {
  const groups = byStep(rows);
  const count = 2 * groups.length;
  const size = 8 * count;
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
  const staging = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  groups.forEach((group, i) => {
    const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
    const pass = encoder.beginComputePass({ timestampWrites });
    for (const row of group) encode(pass, row);
    pass.end();
  });
  encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
  const read = async () => {
    try {
      await staging.mapAsync(GPUMapMode.READ);
      const times = new BigInt64Array(staging.getMappedRange());
      // A GPU may set its clock back.
      tell(groups.map((_, i) => Math.max(0, Number(times[2 * i + 1] - times[2 * i])) / 1e6));
    } catch {
      // The device is lost: the engine's next read says so.
    }
    for (const made of [querySet, resolved, staging]) made.destroy();
  };
  // Not before the submit, which no mapped buffer may be in.
  queueMicrotask(() => void read());
}
