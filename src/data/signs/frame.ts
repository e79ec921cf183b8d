/** Common sizes, types and colour helpers of the image pipeline. */
import type { Random } from './random.ts';

/** Side of an image in pixels. */
export const SIDE = 32;
/** Pixels of one image. */
export const AREA = SIDE * SIDE;
/** Values of one image: height x width x RGB. */
export const VALUES = AREA * 3;

/** Red, green, blue, each 0..1. */
export type Colour = readonly [number, number, number];

/** Working image: VALUES numbers, HWC, nominally 0..1 before the tone curve. */
export type Frame = Float32Array;

/** Hermite step from 0 at t <= 0 to 1 at t >= 1. */
export function smooth(t: number): number {
  if (t <= 0) {
    return 0;
  }
  return t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** Mixes a colour into one pixel; cover 0..1. */
export function blend(frame: Frame, pixel: number, colour: Colour, cover: number): void {
  const at = pixel * 3;
  const keep = 1 - cover;
  frame[at] = (frame[at] ?? 0) * keep + colour[0] * cover;
  frame[at + 1] = (frame[at + 1] ?? 0) * keep + colour[1] * cover;
  frame[at + 2] = (frame[at + 2] ?? 0) * keep + colour[2] * cover;
}

/** The colour with a random brightness (up to +-reach) and a slight random tint. */
export function jitter(random: Random, colour: Colour, reach: number): Colour {
  const level = 1 + random.around(reach);
  return [
    colour[0] * level * (1 + random.around(reach * 0.5)),
    colour[1] * level * (1 + random.around(reach * 0.5)),
    colour[2] * level * (1 + random.around(reach * 0.5)),
  ];
}
