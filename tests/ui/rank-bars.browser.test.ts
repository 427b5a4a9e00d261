import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { matrixLayout } from '../../src/ui/figures/matrix-layout.ts';
import RankBars from '../../src/ui/figures/RankBars.svelte';
import { type } from '../../src/ui/type.svelte.ts';
import '../../src/ui/css/tokens.css';

test.each([false, true])('a bar goes where it is dragged, in large type: %s', async (isLarge) => {
  if (isLarge) type.toggle();
  const onchange = vi.fn<(weights: number[]) => void>();
  await render(RankBars, { layout: matrixLayout(600, 448, 8, 4), weights: [1, 0, 0, 0], onchange });
  const bar = page.getByRole('slider', { name: 'Weight of rank 2' }).element();
  const base = document.querySelector('.base')!.getBoundingClientRect().top;
  const full = base - document.querySelector('.bar')!.getBoundingClientRect().top;
  const half = { bubbles: true, pointerId: 1, clientY: base - full / 2 };
  bar.dispatchEvent(new PointerEvent('pointerdown', half));
  if (isLarge) type.toggle();
  expect(onchange.mock.lastCall![0][1]).toBeCloseTo(0.5, 1);
});
