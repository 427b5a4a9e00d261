import { tick } from 'svelte';
import { vi } from 'vitest';
import { page } from 'vitest/browser';
import type { Line } from '../../src/ui/figures/time-chart.ts';
import { RunHistory } from '../../src/ui/history.ts';
import { ownTurn } from '../../src/ui/turns.ts';

export const held: Line = { metric: 'eval/pass@1_held_out', label: 'held-out', token: '--truth', width: 2 };
export const batch: Line = {
  metric: 'objective/pass_rate',
  label: 'batch',
  token: '--truth-faint',
  width: 1,
};

/** A batch every update, an evaluation every five. */
export function run(updates: number): RunHistory {
  const history = new RunHistory();
  for (let update = 0; update <= updates; update++) {
    history.set(update, { 'objective/pass_rate': 0.25 + update / 1e6 });
    if (update % 5 === 0) history.set(update, { [held.metric]: 0.5, 'eval/pass@1_train': 0.6 });
  }
  return history;
}

export const chart = (name = 'pass@1') => page.getByRole('slider', { name: `${name}, by update` });
export const said = (name?: string) => chart(name).element().getAttribute('aria-valuetext');

/** Lets what was asked for be drawn: effects, then uPlot's own microtask, then whatever sizes have changed. */
export async function settle() {
  await tick();
  await ownTurn();
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}

/** Every text that is drawn, with its font and where it lies, in pixels of the page. */
export function written() {
  const texts: { text: string; font: string; left: number; right: number }[] = [];
  const spy = vi.spyOn(CanvasRenderingContext2D.prototype, 'fillText').mockImplementation(function (
    this: CanvasRenderingContext2D,
    text,
    x,
  ) {
    const width = this.measureText(text).width;
    const left = this.textAlign === 'left' ? x : this.textAlign === 'right' ? x - width : x - width / 2;
    const [from, to] = [left, left + width].map((pixels) => pixels / devicePixelRatio);
    texts.push({ text, font: this.font, left: from, right: to });
  });
  return { texts, restore: () => spy.mockRestore() };
}
