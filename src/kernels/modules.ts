import type { KernelName } from './catalogue.ts';
import { mostOf, type Op } from './engine.ts';
import { programs, type Program, type Tuning } from './programs.ts';
import { wgslModule } from './wgsl-module.ts';

/** A dispatch of a kernel as WebGPU gets it. */
export interface Module {
  /** The text and the snippets that it calls, as they are written. */
  readonly written: readonly string[];
  /** The whole module, with the constants of its dimensions. */
  readonly code: string;
}

/** What runs on WebGPU for an op of these dimensions: the modules of its dispatches, in order. */
export function modulesOf(kernel: KernelName, dims: Op['dims'], tuning: Tuning): Module[] {
  const most = mostOf(dims);
  const { passes } = (programs[kernel] as (sizes: object, tuning: Tuning) => Program)(most, tuning);
  return passes.map(({ code, constants, threads, isWide = false }) => {
    const extent = ['M', 'B'].find((name) => typeof dims[name] === 'object');
    return { written: code, code: wgslModule(code, { ...most, ...constants }, threads, isWide, extent) };
  });
}
