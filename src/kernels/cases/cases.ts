import { headCases } from './head-cases.ts';
import { layerCases } from './layer-cases.ts';
import type { Case } from './run-case.ts';

const full: readonly Case[] = [...layerCases, ...headCases];

/** The first case of each kernel that has many rows, with only some of them live; a pair may name any row, so all must be. */
const fewer: readonly Case[] = [...new Set(full.map(({ kernel }) => kernel))].flatMap((kernel) => {
  const rowsOf = ({ dims }: Case) => dims.M ?? dims.B ?? 0;
  const many = full.find((c) => c.kernel === kernel && rowsOf(c) >= 67);
  if (!many || kernel === 'bradley-terry') return [];
  const live = Math.floor(rowsOf(many) / 2) + 1;
  return [{ ...many, live, about: `${many.about}, ${live} live` }];
});

/** Every kernel at sizes 1, odd, more than a workgroup and real, on hostile inputs, and on fewer rows than there are. */
export const cases: readonly Case[] = [...full, ...fewer];
