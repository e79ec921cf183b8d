import { IMAGE_VALUES, pointwise } from './attack.ts';

/** What is laid over an image: x' = (1 − w)·x + w·T, value by value. */
export interface Overlay {
  /** w, [32, 32, 3] in [0, 1]. */
  readonly weight: Float64Array;
  /** w·T, [32, 32, 3] in 0–255. */
  readonly addend: Float64Array;
}

/** @param at weight and value (0–255) at each position of [32, 32, 3] */
export function overlayOf(at: (position: number) => readonly [number, number]): Overlay {
  const weight = new Float64Array(IMAGE_VALUES);
  const addend = new Float64Array(IMAGE_VALUES);
  for (let i = 0; i < IMAGE_VALUES; i++) {
    const [w, value] = at(i);
    weight[i] = w;
    addend[i] = w * value;
  }
  return { weight, addend };
}

/** The overlay on every image, in float64, clipped and truncated. */
export function applyOverlay({ weight, addend }: Overlay, images: Uint8Array): Uint8Array {
  return pointwise(images, (value, i) => (1 - (weight[i] ?? 0)) * value + (addend[i] ?? 0));
}
