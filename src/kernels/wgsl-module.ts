import { NONE, knobIndex } from './catalogue.ts';

/** Invocations per workgroup, in every kernel. */
export const GROUP = 64;
/** The most workgroups per dimension that every WebGPU device allows. */
const MAX_GROUPS = 65_535;

export interface DeclaredBinding {
  readonly name: string;
  readonly access: 'read' | 'read_write';
  /** Of the array: `u32`, `f32`, or `Cell`, of which the prelude makes vec4f or f32. */
  readonly element: string;
}

/** The storage bindings that WGSL text declares, in its order, which must be that of their numbers. */
export function declaredBindings(code: string): readonly DeclaredBinding[] {
  const pattern = /@group\(0\) @binding\((\d+)\) var<storage, (read|read_write)> (\w+): array<(\w+)>/g;
  return Array.from(code.matchAll(pattern), ([, number, access, name, element], i) => {
    if (Number(number) !== i) throw new Error(`binding ${name} is number ${number}, expected ${i}`);
    return { name, access: access as DeclaredBinding['access'], element };
  });
}

/** Workgroups for `threads` invocations, in two dimensions where one would be too many. */
export function workgroups(threads: number): { x: number; y: number } {
  const groups = Math.ceil(threads / GROUP);
  const x = Math.min(groups, MAX_GROUPS);
  return { x, y: Math.ceil(groups / x) };
}

/**
 * `load_x(at, count)` and `store_x(at, count, value)` for a binding of cells: four elements from `at`, of which only the
 * first `count` are in the row; the others load as 0 and are not stored. A wide cell is a vec4f: rows are multiples of
 * 4, and `count` never matters.
 */
function accessors({ name, access, element }: DeclaredBinding, isWide: boolean): string {
  if (element !== 'Cell') return '';
  const load = isWide
    ? `fn load_${name}(at: u32, count: u32) -> vec4f { return ${name}[at / 4u]; }`
    : `fn load_${name}(at: u32, count: u32) -> vec4f {
  let four = vec4f(${name}[at], ${name}[at + 1u], ${name}[at + 2u], ${name}[at + 3u]);
  return select(vec4f(), four, within(count));
}`;
  if (access === 'read') return load;
  const store = isWide
    ? `fn store_${name}(at: u32, count: u32, value: vec4f) { ${name}[at / 4u] = value; }`
    : `fn store_${name}(at: u32, count: u32, value: vec4f) {
  ${name}[at] = value.x;
  if (count > 1u) { ${name}[at + 1u] = value.y; }
  if (count > 2u) { ${name}[at + 2u] = value.z; }
  if (count > 3u) { ${name}[at + 3u] = value.w; }
}`;
  return `${load}\n${store}`;
}

const SHORT_LOOP = /for \(var (\w+) = 0u; \1 < (4u|CELLS|TILE); \1\+\+\) \{/;

/**
 * The text with loops of `4u`, `CELLS` or `TILE` rounds written out, the counter a constant in each: what they index then lives
 * in registers, which made attention 2 to 4 times faster on the software adapter.
 */
export function unrolled(code: string, constants: Readonly<Record<string, number>>): string {
  const header = SHORT_LOOP.exec(code);
  if (!header) return code;
  const [text, counter, rounds] = header;
  const start = header.index + text.length;
  let end = start;
  for (let depth = 1; depth > 0; end++) {
    if (end === code.length) throw new Error(`the loop "${text}" has no end`);
    if (code[end] === '{') depth += 1;
    if (code[end] === '}') depth -= 1;
  }
  const body = unrolled(code.slice(start, end - 1), constants);
  const length = rounds === '4u' ? 4 : constants[rounds];
  const copies = Array.from({ length }, (_, i) => `{ const ${counter} = ${i}u;${body}}`);
  return code.slice(0, header.index) + copies.join('\n') + unrolled(code.slice(end), constants);
}

/** `maxGradNorm` → `MAX_GRAD_NORM` */
function constantCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

const ENTRY = '@builtin(global_invocation_id) id: vec3u) {';

/** The dimension `name` is read from a buffer, the binding after all others, before anything else is done. */
function withExtent(name: string, binding: number, code: readonly string[]): string[] {
  const declared = `@group(0) @binding(${binding}) var<storage, read> extent: array<u32>;
var<private> ${name}: u32;`;
  return [declared, code[0].replace(ENTRY, `${ENTRY}\n  ${name} = extent[0];`), ...code.slice(1)];
}

/**
 * A kernel's whole module: its text and snippets after what they count on. Those are its dimensions as constants
 * (register arrays must be sized by constants, and compilers unroll by them), STRIDE (invocations per row of the
 * dispatch), the indices of the knobs, the cells.
 *
 * @param extent the dimension that is no constant, if there is one
 */
export function wgslModule(
  code: readonly string[],
  constants: Readonly<Record<string, number>>,
  threads: number,
  isWide: boolean,
  extent?: string,
): string {
  const bindings = declaredBindings(code[0]);
  const numbers: Record<string, number> = {
    GROUP,
    STRIDE: workgroups(threads).x * GROUP,
    NONE,
    ...constants,
  };
  if (bindings.some(({ name }) => name === 'knobs'))
    for (const [name, index] of Object.entries(knobIndex)) numbers[constantCase(name)] = index;
  const texts = extent === undefined ? code : withExtent(extent, bindings.length, code);
  return [
    ...Object.entries(numbers)
      .filter(([name]) => name !== extent)
      .map(([name, value]) => `const ${name} = ${value}u;`),
    `alias Cell = ${isWide ? 'vec4f' : 'f32'};`,
    'fn within(count: u32) -> vec4<bool> { return vec4u(0u, 1u, 2u, 3u) < vec4u(count); }',
    ...bindings.map((binding) => accessors(binding, isWide)),
    ...texts.map((text) => unrolled(text, constants)),
  ].join('\n');
}
