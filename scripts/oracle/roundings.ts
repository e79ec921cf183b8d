/** Checks of a whole batch's training, where a tie (see ties.ts) spares no image. */
import { createRandom } from '../../src/core/random.ts';
import type { CheckResult } from './check.ts';

/**
 * Of a pixel: what float32 makes of sums in another order. The second, since twelve moves of the first
 * left webgpu on one side of a tie that WASM crosses.
 */
const ROUNDINGS = [3e-7, 1e-6] as const;
const TRIES = 12;

/**
 * Checks that a ReLU at a tie can fail: its side is rounding alone, and a batch's gradient changes
 * with it by a finite amount. They are made again with pixels that round otherwise, until all hold; a
 * real error holds for none of them.
 */
export async function atRoundings(
  pixels: Float32Array,
  check: (pixels: Float32Array) => Promise<CheckResult[]>,
): Promise<CheckResult[]> {
  const first = await check(pixels);
  const fails = ({ status }: CheckResult): boolean => status === 'fail';
  if (!first.some(fails)) return first;
  const random = createRandom(0, 'rounding');
  for (let i = 0; i < ROUNDINGS.length * TRIES; i++) {
    const rounding = ROUNDINGS[Math.floor(i / TRIES)] ?? 0;
    const moved = pixels.map((v) => v * (1 + rounding * (2 * random.uniform() - 1)));
    const results = await check(moved);
    if (results.some(fails)) continue;
    return results.map((result, k) => {
      const note = `${result.note}, with another rounding of the pixels`;
      return first[k]?.status === 'fail' ? { ...result, note } : result;
    });
  }
  return first;
}
