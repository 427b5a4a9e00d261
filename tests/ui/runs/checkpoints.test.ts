import { describe, expect, it } from 'vitest';
import { isCheckpoint, thinnedOut } from '../../../src/ui/runs/checkpoints.ts';

/** What is there after so many updates of a run that thins out as it goes. */
function after(updates: number, stateBytes: number): number[] {
  let kept: number[] = [];
  for (let update = 0; update <= updates; update++) {
    if (!isCheckpoint(update)) continue;
    kept.push(update);
    const gone = thinnedOut(kept, stateBytes);
    kept = kept.filter((one) => !gone.includes(one));
  }
  return kept;
}

describe('checkpoints', () => {
  it('are spread over a run, however long it is', () => {
    expect(after(4, 1e6)).toEqual([]);
    expect(after(40, 1e6)).toEqual([5, 10, 15, 20, 25, 30, 35, 40]);
    expect(after(60, 1e6)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(after(1000, 1e6)).toEqual([160, 320, 480, 640, 800, 960]);
  });

  it('are fewer where they are large, but two at least', () => {
    expect(after(60, 2e6)).toEqual([20, 40, 60]);
    expect(after(60, 1e9)).toEqual([40]);
    expect(after(80, 1e9)).toEqual([40, 80]);
  });
});
