import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import type { Picture } from './trigger.ts';

/** Channels of a picture with its opacity. */
const RGBA = 4;

/** Colour times opacity and opacity, both 0–1 of full, row-major [height, width, 4]. */
export interface Premultiplied {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/**
 * A picture in another size: bilinear where it grows, averaged over as many pixels as needed where
 * it shrinks (a triangle filter, as in PIL). In its own size every pixel stays what it is. Colours
 * count by their opacity, so that what lies under a transparent pixel never shows.
 */
export function resizePicture(picture: Picture, width: number, height: number): Premultiplied {
  const { rgba } = picture;
  const data = Float64Array.from(rgba, (value, i) => {
    const opacity = (rgba[i - (i % RGBA) + 3] ?? 0) / 255;
    return i % RGBA === 3 ? opacity : (value / 255) * opacity;
  });
  const wide = resample(data, tapsFor(picture.width, width), {
    ...{ lines: picture.height, inLine: picture.width * RGBA, outLine: width * RGBA },
    ...{ step: RGBA, items: RGBA },
  });
  const whole = resample(wide, tapsFor(picture.height, height), {
    ...{ lines: 1, inLine: 0, outLine: 0 },
    ...{ step: width * RGBA, items: width * RGBA },
  });
  return { width, height, data: whole };
}

/** A picture stretched to [32, 32, 3] over black, rounded: what `pattern` of a trigger holds. */
export function fitPattern(picture: Picture): Uint8Array {
  const { data } = resizePicture(picture, IMAGE_SIZE, IMAGE_SIZE);
  return Uint8Array.from({ length: IMAGE_SIZE * IMAGE_SIZE * IMAGE_CHANNELS }, (_, i) => {
    const at = Math.floor(i / IMAGE_CHANNELS) * RGBA + (i % IMAGE_CHANNELS);
    return Math.round((data[at] ?? 0) * 255);
  });
}

type Taps = readonly { readonly from: number; readonly weights: readonly number[] }[];

/** For each of `to` pixels in a row: the first of `from` pixels that it averages, the weights. */
function tapsFor(from: number, to: number): Taps {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const raw = Array.from({ length: end - first }, (__, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach),
    );
    const sum = raw.reduce((a, b) => a + b, 0);
    return { from: first, weights: raw.map((weight) => weight / sum) };
  });
}

/** `items` neighbouring values are one pixel (or row of pixels), `step` values from the next. */
interface Layout {
  readonly lines: number;
  readonly inLine: number;
  readonly outLine: number;
  readonly step: number;
  readonly items: number;
}

function resample(data: Float64Array, taps: Taps, layout: Layout): Float64Array {
  const { lines, inLine, outLine, step, items } = layout;
  const result = new Float64Array(lines * taps.length * items);
  for (let line = 0; line < lines; line++)
    taps.forEach(({ from, weights }, i) => {
      for (let item = 0; item < items; item++) {
        let sum = 0;
        weights.forEach((weight, k) => {
          sum += weight * (data[line * inLine + (from + k) * step + item] ?? 0);
        });
        result[line * outLine + i * items + item] = sum;
      }
    });
  return result;
}
