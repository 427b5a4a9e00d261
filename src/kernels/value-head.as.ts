export function valueHead(values: usize, old: usize, knobs: usize, losses: usize, M: i32, N: i32): void {
  const range = load<f32>(knobs, 8);
  const inverseCount = load<f32>(knobs, 16);
  for (let m = 0; m < M; m++, values += N << 2, old += 8, losses += 4) {
    const goal = load<f32>(old);
    const oldValue = load<f32>(old, 4);
    const value = load<f32>(values);
    const plainError = value - goal;
    const clippedError = min(max(value, oldValue - range), oldValue + range) - goal;
    const isClipped = clippedError * clippedError > plainError * plainError;
    const error = isClipped ? clippedError : plainError;
    store<f32>(losses, 0.5 * error * error);
    memory.fill(values, 0, N << 2);
    if (!isClipped) store<f32>(values, inverseCount * plainError);
  }
}
