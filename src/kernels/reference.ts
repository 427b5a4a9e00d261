import type { catalogue, DimName, KernelName } from './catalogue.ts';

type Bindings<K extends KernelName> = (typeof catalogue)[K]['bindings'][number];

/** A kernel's bindings by name, in double precision (u32 stays u32). */
export type Arrays<K extends KernelName> = {
  readonly [B in Bindings<K> as B[0]]: B[1] extends 'f32' ? Float64Array : Uint32Array;
};

export type Dims<K extends KernelName> = Readonly<Record<DimName<K>, number>>;

/** What a kernel means, as plain code: reads and writes the arrays as its catalogue entry says. */
export type Reference<K extends KernelName> = (arrays: Arrays<K>, dims: Dims<K>) => void;
