/** What is measured in a browser, driven through `window.bench`. */
import { Judge } from '../../src/judge/host/judge.ts';
import type { Bench } from './browser.ts';
import { judged } from './judged.ts';
import { adapter, step } from './webgpu.ts';

const bench: Bench = {
  adapter,
  step: (by, sizes, times) => step(by, 'browser, WebGPU', sizes, times),
  judged(programs) {
    const judge = new Judge(1);
    return judged((items) => judge.judge(items), 'browser', programs);
  },
};
Object.assign(window, { bench });
