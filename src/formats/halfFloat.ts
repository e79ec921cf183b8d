/**
 * IEEE 754 binary16 to float32, exactly; infinities and NaN stay what they are.
 * Exponent and fraction are moved into float32's fields, where the value is 2^112 too small
 * because the exponent biases differ (127 − 15); multiplying also normalises subnormals.
 */
export function decodeHalf(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] ?? 0;
    const magnitude = half & 0x7fff;
    const moved = ((half & 0x8000) << 16) | (magnitude << 13);
    if (magnitude >= 0x7c00) {
      bits[i] = moved | 0x7f800000;
    } else {
      bits[i] = moved;
      floats[i] = (floats[i] ?? 0) * 2 ** 112;
    }
  }
  return floats;
}

/** bfloat16 to float32: the upper half of the same number. */
export function decodeBfloat(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}
