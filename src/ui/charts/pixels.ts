/** Arrays of pixels as the canvas wants them. All pictures are square and row-major. */
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../../core/network/plan.ts';

type Rgba = Uint8ClampedArray<ArrayBuffer>;
const PIXELS = IMAGE_SIZE * IMAGE_SIZE;

/** The `index`-th picture of [n, 32, 32, 3]. */
export function picture(images: Uint8Array, index: number): Uint8Array {
  const size = PIXELS * IMAGE_CHANNELS;
  return images.subarray(index * size, (index + 1) * size);
}

/** RGB to RGBA. */
export function opaque(rgb: Uint8Array): Rgba {
  return fill(rgb.length / 3, (i) => [rgb[3 * i] ?? 0, rgb[3 * i + 1] ?? 0, rgb[3 * i + 2] ?? 0]);
}

function fill(pixels: number, colour: (index: number) => readonly number[]): Rgba {
  const out = new Uint8ClampedArray(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    out.set(colour(i), 4 * i);
    out[4 * i + 3] = 255;
  }
  return out;
}

function scaleColour(stops: readonly (readonly number[])[], t: number): number[] {
  const at = Math.max(0, Math.min(0.9999, t)) * (stops.length - 1);
  const [low, high] = [stops[Math.floor(at)] ?? [], stops[Math.floor(at) + 1] ?? []];
  return low.map((v, c) => v + ((high[c] ?? v) - v) * (at - Math.floor(at)));
}

/** Dark blue to yellow, readable without colour vision. */
const CIVIDIS = [
  [0, 32, 77],
  [65, 77, 107],
  [124, 123, 120],
  [188, 175, 111],
  [255, 234, 70],
];
/** Blue for darker, near white for unchanged, orange for brighter. */
const DIVERGING = [
  [33, 102, 172],
  [146, 186, 218],
  [240, 238, 233],
  [235, 168, 105],
  [179, 88, 6],
];

/** A feature map on one scale with its partner, so that the two can be compared. */
export function heat(values: Float32Array, low: number, high: number): Rgba {
  const range = high - low || 1;
  return fill(values.length, (i) => scaleColour(CIVIDIS, ((values[i] ?? 0) - low) / range));
}

/** Values centred on 0 and saturated at ±bound. */
export function diverging(values: Float32Array, bound: number): Rgba {
  return fill(values.length, (i) =>
    scaleColour(DIVERGING, 0.5 + (values[i] ?? 0) / (2 * (bound || 1))),
  );
}

/** A perturbation [32, 32, 3], channels averaged, centred on 0 and saturated at ±bound. */
export function signed(perturbation: Float32Array, bound: number): Rgba {
  return diverging(channelMean(perturbation, 3), bound);
}

/** The mean over the last axis, which has this many channels. */
export function channelMean(values: Float32Array, channels: number): Float32Array {
  return Float32Array.from({ length: values.length / channels }, (_, i) => {
    const here = values.subarray(i * channels, (i + 1) * channels);
    return here.reduce((sum, value) => sum + value, 0) / channels;
  });
}

export interface TriggerView {
  /** Left, top and side of a square that holds the change, pixels. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
  /** The part of the triggered picture in that square, RGBA [side, side]. */
  readonly magnified: Rgba;
  /** Grey plus `gain` times the change, RGBA [32, 32]. */
  readonly difference: Rgba;
  readonly gain: number;
}

/** Where a triggered picture differs from its clean one, and by how much. */
export function triggerView(clean: Uint8Array, triggered: Uint8Array): TriggerView {
  let [left, top, right, bottom, peak] = [IMAGE_SIZE, IMAGE_SIZE, -1, -1, 0];
  for (let i = 0; i < clean.length; i++) {
    const change = Math.abs((triggered[i] ?? 0) - (clean[i] ?? 0));
    peak = Math.max(peak, change);
    if (change === 0) continue;
    const pixel = Math.floor(i / 3);
    [left, right] = [Math.min(left, pixel % IMAGE_SIZE), Math.max(right, pixel % IMAGE_SIZE)];
    top = Math.min(top, Math.floor(pixel / IMAGE_SIZE));
    bottom = Math.max(bottom, Math.floor(pixel / IMAGE_SIZE));
  }
  const span = Math.max(right - left, bottom - top) + 1;
  const side = Math.min(IMAGE_SIZE, Math.max(12, span + 8));
  const start = (from: number, to: number): number =>
    Math.max(0, Math.min(IMAGE_SIZE - side, Math.round((from + to + 1 - side) / 2)));
  const [x, y] = [start(left, right), start(top, bottom)];
  const gain = Math.max(1, Math.min(8, Math.floor(127 / Math.max(1, peak))));
  const magnified = fill(side * side, (i) => {
    const at = 3 * ((y + Math.floor(i / side)) * IMAGE_SIZE + x + (i % side));
    return [triggered[at] ?? 0, triggered[at + 1] ?? 0, triggered[at + 2] ?? 0];
  });
  const difference = fill(PIXELS, (i) =>
    [0, 1, 2].map((c) => 127 + gain * ((triggered[3 * i + c] ?? 0) - (clean[3 * i + c] ?? 0))),
  );
  return { x, y, side, magnified, difference, gain };
}
