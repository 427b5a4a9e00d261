/** Slots of the engine and scratch of the kernels: handed out upwards, 256-byte aligned, never given back. */

/** Loads may run over the end of an array by less than this; stores never do. */
const SLACK: usize = 64;
/** The end of what 32 bits can address, but for the last page. */
const LAST: u64 = 0xffff0000;

let top: usize = (__heap_base + 255) & ~255;
let scratchStart: usize = 0;
let scratchSize: usize = 0;

/** The address of `bytes` zeroed bytes, or 0 where memory cannot grow by them. */
export function allocate(bytes: usize): usize {
  const start = top;
  const end: u64 = (start as u64) + (bytes as u64);
  if (end > LAST) return 0;
  const pages = i32((end + SLACK + 0xffff) >> 16);
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) return 0;
  top = usize((end + 255) & ~255);
  return start;
}

/** At least `bytes` bytes that hold anything, the same for every kernel. */
export function scratch(bytes: usize): usize {
  if (bytes > scratchSize) {
    scratchStart = allocate(bytes);
    if (scratchStart == 0) unreachable();
    scratchSize = bytes;
  }
  return scratchStart;
}
