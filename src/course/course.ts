import { centring } from './centring.ts';
import { contrast } from './contrast.ts';
import type { Exercise } from './exercise.ts';
import { fate } from './fate.ts';
import { twoOfEight } from './two-of-eight.ts';
import { hacking } from './hacking.ts';
import { leash } from './leash.ts';
import { loss } from './loss.ts';
import { negativeKl } from './negative-kl.ts';
import { ratio } from './ratio.ts';
import { trust } from './trust.ts';

/** In the order in which they are best taken; none needs another. */
export const course: readonly Exercise[] = [
  trust,
  twoOfEight,
  loss,
  hacking,
  negativeKl,
  leash,
  ratio,
  contrast,
  centring,
  fate,
];
