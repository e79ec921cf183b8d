import { countImages, IMAGE_VALUES } from './attacks/attack.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE } from './network/plan.ts';
import type { Random } from './random.ts';

/** Width of the black border that crops are cut from, pixels. */
export const CROP_PADDING = 4;
const ROW_VALUES = IMAGE_SIZE * IMAGE_CHANNELS;

/** uint8 pixels to float32 in [0, 1], same order: value / 255, as PyTorch's ToTensor. */
export function toFloat(images: Uint8Array): Float32Array {
  return Float32Array.from(images, (value) => value / 255);
}

/** The inverse of `toFloat`, rounded: values in [0, 1] to uint8, same order. */
export function toBytes(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(value * 255));
}

/**
 * A random 32×32 crop of every image with a black border of 4 pixels, mirrored left to right half
 * of the time where `mirror` is set. Each image takes two random numbers, or three with `mirror`.
 * @param images uint8 RGB, row-major [n, 32, 32, 3]
 * @returns float32 in [0, 1], same shape
 * @throws RangeError when it is no whole number of images
 */
export function augment(images: Uint8Array, mirror: boolean, random: Random): Float32Array {
  const count = countImages(images);
  const result = new Float32Array(images.length);
  for (let image = 0; image < count; image++) {
    const down = random.below(2 * CROP_PADDING + 1) - CROP_PADDING;
    const right = random.below(2 * CROP_PADDING + 1) - CROP_PADDING;
    const mirrored = mirror && random.below(2) === 1;
    const start = image * IMAGE_VALUES;
    for (let row = 0; row < IMAGE_SIZE; row++) {
      const fromRow = row + down;
      if (fromRow < 0 || fromRow >= IMAGE_SIZE) continue;
      for (let column = 0; column < IMAGE_SIZE; column++) {
        const fromColumn = (mirrored ? IMAGE_SIZE - 1 - column : column) + right;
        if (fromColumn < 0 || fromColumn >= IMAGE_SIZE) continue;
        const to = start + row * ROW_VALUES + column * IMAGE_CHANNELS;
        const from = start + fromRow * ROW_VALUES + fromColumn * IMAGE_CHANNELS;
        for (let channel = 0; channel < IMAGE_CHANNELS; channel++)
          result[to + channel] = (images[from + channel] ?? 0) / 255;
      }
    }
  }
  return result;
}
