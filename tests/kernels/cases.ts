import { headCases } from './head-cases.ts';
import { layerCases } from './layer-cases.ts';
import type { Case } from './run-case.ts';

/** Every kernel at sizes 1, odd, more than a workgroup and real, and on hostile inputs. */
export const cases: readonly Case[] = [...layerCases, ...headCases];
