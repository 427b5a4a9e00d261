/** Numbers of 16 bits (IEEE 754 binary16), in which weights travel: 1 bit of sign, 5 of exponent, 10 of fraction. */

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The bits of the nearest number, the even one of two. Throws where x is not finite, or too large (65520 and up). */
export function toHalf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 65520)) throw new Error(`${x} is no number that 16 bits can hold`);
  float[0] = size;
  // Below 2⁻¹⁴ the steps between numbers stay what they are there.
  const exponent = Math.max((word[0] >>> 23) - 127, -14);
  const steps = size / 2 ** (exponent - 10);
  const below = Math.floor(steps);
  const up = steps - below > 0.5 || (steps - below === 0.5 && below % 2 === 1);
  // A fraction that rounds up to the next power of two carries over into the exponent.
  const bits = ((exponent + 15) << 10) + below + (up ? 1 : 0) - 1024;
  return x < 0 || Object.is(x, -0) ? bits | 0x8000 : bits;
}

/** What the bits mean; infinite, or NaN, where all bits of the exponent are set. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
