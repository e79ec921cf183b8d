import type { RgbImage } from './image.ts';

/** Bits behind the point of a weight: 8-bit pixels times weights fit in 32 bits. */
const PRECISION = 22;
const CHANNELS = 3;

/** For each output pixel, the first input pixel that counts and the weights from there on. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Int32Array[];
}

/**
 * Bilinear resize of the whole image, the aspect ratio ignored; where it shrinks, the filter is
 * widened by the scale (antialiasing). Equals Pillow's `Image.resize((width, height), BILINEAR)`
 * byte for byte, and with it torchvision's `Resize` of a PIL image: fixed-point weights, first the
 * rows and then the columns, rounded to 8 bits in between.
 */
export function resizeBilinear(image: RgbImage, width: number, height: number): RgbImage {
  const wide = image.width === width ? image : resizeRows(image, tapsOf(image.width, width));
  return wide.height === height ? wide : resizeColumns(wide, tapsOf(image.height, height));
}

/** The triangle filter around the centre of each output pixel, its weights summing to 1. */
function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const radius = Math.max(scale, 1);
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, out) => {
    const centre = (out + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - radius + 0.5));
    const high = Math.min(from, Math.trunc(centre + radius + 0.5));
    first[out] = low;
    const exact = Array.from({ length: high - low }, (__, i) =>
      // Multiplied by the inverse, as Pillow does: a quotient can differ in the last bit.
      Math.max(0, 1 - Math.abs((i + low - centre + 0.5) * (1 / radius))),
    );
    let sum = 0;
    for (const weight of exact) sum += weight;
    return Int32Array.from(exact, (weight) => Math.trunc((weight / sum) * 2 ** PRECISION + 0.5));
  });
  return { first, weights };
}

function resizeRows({ width, height, data }: RgbImage, { first, weights }: Taps): RgbImage {
  const size = weights.length;
  const out = new Uint8Array(size * height * CHANNELS);
  for (let x = 0; x < size; x++)
    for (let y = 0; y < height; y++)
      for (let channel = 0; channel < CHANNELS; channel++) {
        const from = (y * width + (first[x] ?? 0)) * CHANNELS + channel;
        out[(y * size + x) * CHANNELS + channel] = weighed(data, from, CHANNELS, weights[x]);
      }
  return { width: size, height, data: out };
}

function resizeColumns({ width, data }: RgbImage, { first, weights }: Taps): RgbImage {
  const stride = width * CHANNELS;
  const out = new Uint8Array(weights.length * stride);
  for (let y = 0; y < weights.length; y++)
    for (let at = 0; at < stride; at++)
      out[y * stride + at] = weighed(data, (first[y] ?? 0) * stride + at, stride, weights[y]);
  return { width, height: weights.length, data: out };
}

/** The weighted sum, rounded; at most 255 × 2²² + 2²¹ and therefore no overflow. */
function weighed(
  data: Uint8Array,
  from: number,
  stride: number,
  weights: Int32Array | undefined,
): number {
  let sum = 1 << (PRECISION - 1);
  weights?.forEach((weight, i) => {
    sum += (data[from + i * stride] ?? 0) * weight;
  });
  return Math.min(255, sum >> PRECISION);
}
