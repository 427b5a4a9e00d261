/** The judge in a page of its own, as src/ui uses it, driven by the test through `window.judgePage`. */
import { JudgeScheduler, type JudgeItem } from '../../../src/judge/core/scheduler.ts';
import { openFrame } from '../../../src/judge/host/frame-runner.ts';
import type { Verdict } from '../../../src/protocol/verdict.ts';

const tickMs = 10;
let judge = new JudgeScheduler(openFrame);
let longestGapMs = 0;
let lastTick = performance.now();
setInterval(() => {
  const now = performance.now();
  longestGapMs = Math.max(longestGapMs, now - lastTick);
  lastTick = now;
}, tickMs);

const judgePage = {
  judge: (items: JudgeItem[]): Promise<Verdict[]> => judge.judge(items),
  /**
   * In the midst of an evaluation a visitor asks for one program.
   *
   * @returns verdicts of the evaluation told from then until the visitor's
   */
  async visitDuring(evaluation: JudgeItem[], visit: JudgeItem): Promise<number> {
    let told = 0;
    let toldBefore: number | undefined;
    return new Promise((resolve, reject) => {
      const onVerdict = () => {
        told++;
        if (toldBefore !== undefined) return;
        toldBefore = told;
        judge
          .judge([visit], { priority: 'visitor' })
          .then(() => resolve(told - toldBefore!))
          .catch(reject);
      };
      judge.judge(evaluation, { priority: 'evaluation', onVerdict }).catch(reject);
    });
  },
  stats: () => ({ ...judge.stats }),
  /** Forgets all verdicts, and ends the frame. */
  restart() {
    judge.close();
    judge = new JudgeScheduler(openFrame);
  },
  /** Milliseconds between two ticks of the page, the longest since it was last asked. */
  longestGap() {
    const gap = longestGapMs;
    longestGapMs = 0;
    return gap;
  },
};
export type JudgePage = typeof judgePage;
Object.assign(window, { judgePage });
