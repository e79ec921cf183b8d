/** What a convolution and its gradients are made of, one product at a time. */
import { expect } from 'vitest';
import { installFastConvolution } from '../../../src/engine/wasm/fastConvolution.ts';
import { useBackend } from '../../support/backends.ts';

/** Whether relaxed SIMD is taken, for `describe.each`. */
export const FORMS: readonly [name: string, relaxed: boolean][] = [
  ['relaxed SIMD', true],
  ['SIMD', false],
];

/** Starts WASM with the kernels of one form. */
export async function useForm(relaxed: boolean): Promise<void> {
  await useBackend('wasm');
  expect(await installFastConvolution(relaxed)).toBe(relaxed);
}

/** Values between -1 and 1. */
export const draw = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * (seed + 12.9898)));

/** [n, h, w, channels]. */
export type Shape = readonly [number, number, number, number];

/** Every product of pixel x[image,r,c,i], filter [a,b,i,o] and where it belongs in y. */
export function eachProduct(
  [n, h, w, ci]: Shape,
  [, oh, ow, co]: Shape,
  { kernel, stride }: { readonly kernel: number; readonly stride: number },
  body: (x: number, filter: number, y: number) => void,
): void {
  const pad = (kernel - 1) / 2;
  for (let at = 0; at < n * oh * ow * co; at++) {
    const o = at % co;
    const column = Math.floor(at / co) % ow;
    const row = Math.floor(at / co / ow) % oh;
    const image = Math.floor(at / co / ow / oh);
    for (let a = 0; a < kernel; a++)
      for (let b = 0; b < kernel; b++) {
        const [r, c] = [row * stride + a - pad, column * stride + b - pad];
        if (r < 0 || c < 0 || r >= h || c >= w) continue;
        for (let i = 0; i < ci; i++)
          body(((image * h + r) * w + c) * ci + i, ((a * kernel + b) * ci + i) * co + o, at);
      }
  }
}

export function expectNear(
  actual: Float32Array,
  expected: ArrayLike<number>,
  most: number,
): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce(
    (top, value, i) => Math.max(top, Math.abs(value - (expected[i] ?? NaN))),
    0,
  );
  expect(worst).toBeLessThan(most);
}

/**
 * By how much Winograd's transforms can grow a sum of products of one channel on its way: the largest
 * row sum of |A'| |G| |B'|, down times across; 9 would be none. Of a filter's gradient, for each tile:
 * the same triple seen from G; 16 would be none.
 */
export const GROWTH = { backward: 27.4 * 27.4, forward: 27.4 * 8, gradient: 33.2 * 33.2 };

/** Roundings of a sum on its way through the three transforms, at most. */
export const TRANSFORMS = 24;
