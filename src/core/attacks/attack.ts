import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { attackParams, type AttackParam } from './params.ts';
import type { TriggerSpec } from './trigger.ts';

/** Values of one image. */
export const IMAGE_VALUES = IMAGE_SIZE * IMAGE_SIZE * IMAGE_CHANNELS;

/** A backdoor's trigger: what it does to an image and which class it calls. */
export interface Attack {
  readonly id: TriggerSpec['kind'];
  readonly title: string;
  /** Class that triggered images should be classified as. */
  readonly target: number;
  /** One or two sentences for people: what the trigger does to an image. */
  readonly explanation: string;
  /** The paper that introduced it. */
  readonly source: string;
  /** What a control can change; `withParams` makes the changed trigger. */
  readonly params: readonly AttackParam[];
  /**
   * The triggered copies of images, before any augmentation or normalisation. The input is left
   * as it is, and the same input gives the same output.
   * @param images uint8 RGB, row-major [n, 32, 32, 3]
   * @throws RangeError when it is no whole number of images
   */
  apply(images: Uint8Array): Promise<Uint8Array>;
}

type About = Pick<Attack, 'title' | 'explanation' | 'source'>;

/** An attack from what it says of itself and what it does; errors of `apply` become rejections. */
export function attackOf(
  trigger: TriggerSpec,
  about: About,
  apply: (images: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Attack {
  return {
    ...{ id: trigger.kind, target: trigger.target },
    ...about,
    params: attackParams(trigger),
    apply: (images) =>
      new Promise((resolve) => {
        countImages(images);
        resolve(apply(images));
      }),
  };
}

/** n of uint8 images [n, 32, 32, 3]. @throws RangeError when it is no whole number of images */
export function countImages(images: Uint8Array): number {
  const count = images.length / IMAGE_VALUES;
  if (!Number.isInteger(count))
    throw new RangeError(
      `images: expected a multiple of ${String(IMAGE_VALUES)} values, got ${String(images.length)}`,
    );
  return count;
}

/** x + P on every image, clipped to 0–255 and truncated. @param pattern P, [32, 32, 3] */
export function addPattern(images: Uint8Array, pattern: Float64Array): Uint8Array {
  return pointwise(images, (value, i) => value + (pattern[i] ?? 0));
}

/**
 * Every value of every image changed by itself, then clipped to 0–255 and truncated, as NumPy's
 * `clip` and `astype(uint8)` do.
 * @param change takes the value and its position in [32, 32, 3]
 */
export function pointwise(
  images: Uint8Array,
  change: (value: number, position: number) => number,
): Uint8Array {
  const changed = new Uint8Array(images.length);
  for (let start = 0; start < images.length; start += IMAGE_VALUES)
    for (let i = 0; i < IMAGE_VALUES; i++)
      changed[start + i] = Math.max(0, Math.min(255, change(images[start + i] ?? 0, i)));
  return changed;
}

/**
 * What the trigger changed, magnified: 128 + gain · (triggered − clean), clipped to 0–255, so
 * that mid-grey means no change. Same shape as both images. @throws RangeError on different shapes
 */
export function difference(clean: Uint8Array, triggered: Uint8Array, gain: number): Uint8Array {
  if (clean.length !== triggered.length)
    throw new RangeError(
      `triggered: expected ${String(clean.length)} values, got ${String(triggered.length)}`,
    );
  return Uint8Array.from(clean, (value, i) =>
    Math.max(0, Math.min(255, Math.round(128 + gain * ((triggered[i] ?? 0) - value)))),
  );
}
