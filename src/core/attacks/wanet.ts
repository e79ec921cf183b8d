import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { type Attack, attackOf, IMAGE_VALUES } from './attack.ts';
import { upsampleField } from './field.ts';
import type { TriggerOf } from './trigger.ts';

const PIXELS = IMAGE_SIZE * IMAGE_SIZE;
const LAST = IMAGE_SIZE - 1;
/** Values of one row of pixels. */
const ROW = IMAGE_SIZE * IMAGE_CHANNELS;
/**
 * A shift of 1 in the paper's coordinates, where the image is 2 wide, is 31/2 pixels; the paper
 * divides the field by the image's size.
 */
const PIXELS_PER_SHIFT = LAST / 2 / IMAGE_SIZE;

/**
 * The image warped by a smooth field of small shifts, sampled bilinearly and truncated. It keeps to
 * pixels (column, row from 0 to 31) where the paper has −1 to 1; at s = 0 nothing changes.
 */
export function waNet(trigger: TriggerOf<'wanet'>): Attack {
  const positions = warpPositions(trigger);
  const about = {
    title: 'WaNet',
    explanation:
      'The whole image is warped a little, as if it were printed on rubber. No pixel is painted ' +
      'over.',
    source: 'Nguyen & Tran, WaNet, ICLR 2021 (arXiv:2102.10369)',
  };
  return attackOf(trigger, about, (images) =>
    warp(images, positions, new Uint8Array(images.length)),
  );
}

/** Where each pixel takes its colour from: column and row in 0–31, [32, 32, 2]. */
export function warpPositions({ strength, gridSize, field }: TriggerOf<'wanet'>): Float64Array {
  return upsampleField(field, gridSize).map((shift, i) => {
    const pixel = i >> 1;
    const own = i % 2 === 0 ? pixel % IMAGE_SIZE : Math.floor(pixel / IMAGE_SIZE);
    return inside(own + strength * shift * PIXELS_PER_SHIFT);
  });
}

/**
 * WaNet's noise mode: the warp plus fresh noise of up to half a pixel, other for every image. A
 * network trained to read such images right learns this field and not any warp.
 * @param noise uniform in [−1, 1], [n, 32, 32, 2] @returns positions [n, 32, 32, 2]
 */
export function crossPositions(positions: Float64Array, noise: Float32Array): Float64Array {
  return Float64Array.from(noise, (value, i) =>
    inside((positions[i % (PIXELS * 2)] ?? 0) + value * PIXELS_PER_SHIFT),
  );
}

/**
 * Bilinear samples of the images at the positions, written to `result`, which truncates where it
 * holds bytes. Positions are inside the image, so that nothing beyond its border is asked for.
 * @param positions [32, 32, 2] for all images, or [n, 32, 32, 2]
 * @param result as long as `images`; values 0–255
 */
export function warp<T extends Uint8Array | Float32Array>(
  images: Uint8Array,
  positions: Float64Array,
  result: T,
): T {
  const shared = positions.length === PIXELS * 2 ? cornersOf(positions) : null;
  for (let start = 0, grid = 0; start < images.length; start += IMAGE_VALUES, grid += PIXELS * 2) {
    const { at, x, y } = shared ?? cornersOf(positions.subarray(grid, grid + PIXELS * 2));
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const right = x[pixel] ?? 0;
      const down = y[pixel] ?? 0;
      for (let channel = 0; channel < IMAGE_CHANNELS; channel++) {
        const from = start + (at[pixel] ?? 0) + channel;
        const a = images[from] ?? 0;
        const b = images[from + IMAGE_CHANNELS] ?? 0;
        const c = images[from + ROW] ?? 0;
        const d = images[from + ROW + IMAGE_CHANNELS] ?? 0;
        // a + (b − a)·share is a wherever a = b: flat areas survive truncation.
        const upper = a + (b - a) * right;
        const lower = c + (d - c) * right;
        result[start + pixel * IMAGE_CHANNELS + channel] = upper + (lower - upper) * down;
      }
    }
  }
  return result;
}

/** For each of 32×32 positions the pixel above and to its left, and how far it is from there. */
function cornersOf(positions: Float64Array): {
  /** First value of that pixel in [32, 32, 3]. */
  readonly at: Int32Array;
  /** Shares of the pixel to the right and of the row below, [0, 1]. */
  readonly x: Float64Array;
  readonly y: Float64Array;
} {
  const at = new Int32Array(PIXELS);
  const x = new Float64Array(PIXELS);
  const y = new Float64Array(PIXELS);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const column = positions[pixel * 2] ?? 0;
    const row = positions[pixel * 2 + 1] ?? 0;
    const left = Math.min(Math.floor(column), LAST - 1);
    const top = Math.min(Math.floor(row), LAST - 1);
    at[pixel] = top * ROW + left * IMAGE_CHANNELS;
    x[pixel] = column - left;
    y[pixel] = row - top;
  }
  return { at, x, y };
}

function inside(position: number): number {
  return Math.max(0, Math.min(LAST, position));
}
