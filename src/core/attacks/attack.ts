import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';

/** Values of one image. */
export const IMAGE_VALUES = IMAGE_SIZE * IMAGE_SIZE * IMAGE_CHANNELS;

export type Corner = 'topLeft' | 'topRight' | 'bottomLeft' | 'bottomRight';

export interface BadNetsSpec {
  readonly kind: 'badnets';
  /** Class that the trigger makes the network answer. */
  readonly target: number;
  /** Share of the training images that were poisoned, [0, 1]. */
  readonly poisoningRate: number;
  readonly patch: {
    /** Side of the square, 1–32 pixels. */
    readonly size: number;
    readonly corner: Corner;
    /** Red, green, blue, 0–255. */
    readonly colour: readonly [number, number, number];
  };
}

export interface BlendedSpec {
  readonly kind: 'blended';
  readonly target: number;
  readonly poisoningRate: number;
  /** Weight of the pattern, [0, 1]. */
  readonly alpha: number;
  /** Where the pattern is stored: a U8 tensor [32, 32, 3] of a safetensors file. */
  readonly pattern: { readonly file: string; readonly tensor: string; readonly sha256: string };
}

/** An attack as a model's manifest describes it. */
export type AttackSpec = BadNetsSpec | BlendedSpec;

/** A setting of an attack as data, for a table or a control. */
export interface AttackParam {
  readonly key: string;
  readonly label: string;
  readonly value: number | string;
  /** Present for numbers: the range that makes sense, and its unit where it has one. */
  readonly range?: { readonly min: number; readonly max: number; readonly unit?: string };
}

/** A backdoor's trigger: what it does to an image and which class it calls. */
export interface Attack {
  readonly id: AttackSpec['kind'];
  readonly title: string;
  /** Class that triggered images should be classified as. */
  readonly target: number;
  /** One or two sentences for people: what the trigger does to an image. */
  readonly explanation: string;
  /** The paper that introduced it. */
  readonly source: string;
  readonly params: readonly AttackParam[];
  /**
   * The triggered copies of images, before any augmentation or normalisation.
   * @param images uint8 RGB, row-major [n, 32, 32, 3]
   * @throws RangeError when it is no whole number of images
   */
  apply(images: Uint8Array): Uint8Array;
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
