import { IMAGE_SIZE } from '../network/plan.ts';
import type { Random } from '../random.ts';

/** The sharpness of PyTorch's bicubic kernel. */
const A = -0.75;

/**
 * A random field of shifts as WaNet draws it: uniform in [−1, 1], divided by its mean |·|.
 * @returns float32 [k, k, 2], x then y
 */
export function freshField(k: number, random: Random): Float32Array {
  const raw = Array.from({ length: k * k * 2 }, () => 2 * random.uniform() - 1);
  const mean = raw.reduce((sum, value) => sum + Math.abs(value), 0) / raw.length;
  return Float32Array.from(raw, (value) => value / mean);
}

/**
 * The field between its k×k points, at each of 32×32 pixels: bicubic, the outer points on the
 * image's edges (align_corners), border points repeated beyond them.
 * @param field [k, k, 2] @returns [32, 32, 2]
 */
export function upsampleField(field: Float32Array, k: number): Float64Array {
  const taps = Array.from({ length: IMAGE_SIZE }, (_, i) => tapsAt(i, k));
  const smooth = new Float64Array(IMAGE_SIZE * IMAGE_SIZE * 2);
  taps.forEach((down, row) => {
    taps.forEach((across, column) => {
      for (const [y, wy] of down)
        for (const [x, wx] of across)
          for (let axis = 0; axis < 2; axis++) {
            const at = (row * IMAGE_SIZE + column) * 2 + axis;
            smooth[at] = (smooth[at] ?? 0) + wy * wx * (field[(y * k + x) * 2 + axis] ?? 0);
          }
    });
  });
  return smooth;
}

/** The four points of the field that decide pixel i of 32, and their weights. */
function tapsAt(i: number, k: number): readonly (readonly [point: number, weight: number])[] {
  const at = (i * (k - 1)) / (IMAGE_SIZE - 1);
  const first = Math.floor(at);
  return [-1, 0, 1, 2].map((step) => {
    const point = Math.max(0, Math.min(k - 1, first + step));
    return [point, cubic(Math.abs(at - first - step))] as const;
  });
}

/** Keys' cubic convolution kernel at a distance of 0 to 2 points. */
function cubic(d: number): number {
  if (d <= 1) return ((A + 2) * d - (A + 3)) * d * d + 1;
  return d < 2 ? A * (((d - 5) * d + 8) * d - 4) : 0;
}
