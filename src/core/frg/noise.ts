import { createRandom } from '../random.ts';
import type { RunSpec } from '../runSpec.ts';

/**
 * The start x0 = clamp(x + n, 0, 1), drawn once and shared by every feature map; the gradient is
 * exactly 0 without it. n ~ U(−ε, ε); the released code draws ±α instead (its `alpha` is only that).
 * @param x float32 [N,32,32,3] in [0, 1]
 */
export function noisyStart(
  x: Float32Array,
  variant: RunSpec['frg']['variant'],
  eps: number,
  alpha: number,
  seed: number,
): Float32Array {
  const random = createRandom(seed, 'frgNoise');
  return x.map((value) => {
    const u = 2 * random.uniform() - 1;
    const noise = variant === 'released' ? (u < 0 ? -alpha : alpha) : u * eps;
    return Math.min(1, Math.max(0, value + noise));
  });
}

/** The step size: the spec's, or for `auto` ε in one step and ε/3 in several. */
export function stepSize(frg: Pick<RunSpec['frg'], 'alpha' | 'steps'>, eps: number): number {
  if (frg.alpha !== 'auto') return frg.alpha;
  return frg.steps === 1 ? eps : eps / 3;
}
