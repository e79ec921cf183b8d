/** Weights of the encoder from a formula, the same in test/golden/ssba.py. */
import { encoderShapes } from '../../../src/core/attacks/encoderPlan.ts';
import type { FloatTensor } from '../../../src/formats/hostTensor.ts';

/** Numbers in [−1, 1) that look random: the finaliser of MurmurHash3 of start, start + 1, … */
function scatter(start: number, length: number, scale: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    let z = start + i;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (((z ^ (z >>> 16)) >>> 0) / 2 ** 31 - 1) * scale;
  });
}

export function ssbaWeights(): Map<string, FloatTensor & { readonly dtype: 'F32' }> {
  let start = 1;
  return new Map(
    [...encoderShapes()].map(([name, shape]) => {
      const [outputs = 1, ...inputs] = shape;
      const fanIn = inputs.length === 0 ? 100 : inputs.reduce((a, b) => a * b, 1);
      const length = outputs * inputs.reduce((a, b) => a * b, 1);
      const data = scatter(start, length, Math.sqrt(6 / fanIn));
      start += length;
      return [name, { dtype: 'F32', shape, data }];
    }),
  );
}
