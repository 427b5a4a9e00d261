import { catalogue, fusedKernels, type KernelName, type Signature } from '../../kernels/catalogue.ts';
import { modulesOf, type Module } from '../../kernels/modules.ts';
import { tunings, type Tuning } from '../../kernels/programs.ts';
import type { PlanReport } from '../../protocol/engine-report.ts';
import { dimsText } from './plan-view.ts';
import { kernelWords } from './kernel-words.ts';

const texts = import.meta.glob<string>('../../kernels/*.{as.ts,ref.ts,wgsl}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** A piece of a kernel's code under its file's name. */
export interface Source {
  title: string;
  /** The kernel's own function. */
  text: string;
  /** The file that it is from. */
  file: string;
  whole: string;
}

export const kernelNames = Object.keys(catalogue) as KernelName[];

/** Whether a step of a plan is one of the catalogue's kernels. */
export function isKernel(name: string): boolean {
  return name in catalogue;
}

/** The exported function of a file, with what stands right above it. Throws where there is none. */
export function functionOf(whole: string, name: string): string {
  const lines = whole.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`export function ${name}(`));
  const end = lines.indexOf('}', at);
  if (at < 0 || end < 0) throw new RangeError(`no function is called ${name}`);
  let start = at;
  while (/^( \*|\/\*\*|\/\/)/.test(lines[start - 1] ?? '')) start -= 1;
  return lines.slice(start, end + 1).join('\n');
}

/** A kernel's reference and, where the CPU has it, its AssemblyScript. `attention-decode` is the function `attentionDecode`. */
export function sourcesOf(kernel: KernelName): Source[] {
  const name = kernel.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const source = (title: string, file: string): Source => {
    const whole = texts[`../../kernels/${file}`];
    return { title, file, whole, text: functionOf(whole, name) };
  };
  const { home } = kernelWords[kernel];
  const reference = source('Reference, in double precision', `${home}.ref.ts`);
  if (fusedKernels.includes(kernel)) return [reference];
  // What is long has a file of its own.
  const own = `${kernel}.as.ts`;
  const file = `../../kernels/${own}` in texts ? own : `${home}.as.ts`;
  return [source('AssemblyScript, for the CPU', file), reference];
}

/** The WGSL files that a kernel's dispatches are made of, its own and the snippets that it calls. */
export function writtenOf(kernel: KernelName): { file: string; text: string }[] {
  const { dims }: Signature = catalogue[kernel];
  const sizes = Object.fromEntries(dims.map((name) => [name, 4]));
  const written = new Set(modulesOf(kernel, sizes, tunings.hardware).flatMap((module) => module.written));
  return [...written].map((text) => {
    const path = Object.keys(texts).find((name) => texts[name] === text);
    return { file: path?.split('/').at(-1) ?? kernel, text };
  });
}

/** The modules of a kernel as plans run it: one for each dimensions that it has there, with the first plan that has them. */
export interface RunningModules {
  about: string;
  modules: readonly Module[];
}

export function modulesIn(
  plans: readonly PlanReport[],
  kernel: KernelName,
  tuning: Tuning,
): RunningModules[] {
  const found = new Map<string, RunningModules>();
  for (const { name, steps } of plans)
    for (const { kernel: other, dims } of steps) {
      const sizes = dimsText(dims, 'most');
      if (other !== kernel || found.has(sizes)) continue;
      found.set(sizes, { about: `${name}: ${sizes}`, modules: modulesOf(kernel, dims, tuning) });
    }
  return [...found.values()];
}
