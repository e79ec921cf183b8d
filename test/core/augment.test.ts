import { describe, expect, it } from 'vitest';
import { IMAGE_VALUES } from '../../src/core/attacks/attack.ts';
import { augment, toFloat } from '../../src/core/augment.ts';
import { createRandom, type Random } from '../../src/core/random.ts';

const noise = createRandom(5, 'pixels');
const IMAGES = Uint8Array.from({ length: 2 * IMAGE_VALUES }, () => noise.below(256));

/** Draws the given numbers, each of which must be below the bound asked for. */
function scripted(...draws: { of: number; draw: number }[]): Random {
  const below = (bound: number): number => {
    const next = draws.shift();
    if (next === undefined) throw new Error('one draw too many');
    expect(bound).toBe(next.of);
    return next.draw;
  };
  return { below, uniform: () => below(1) };
}

/** The crop at (top, left) of the image in a black border of 4, by cutting the padded image. */
function cropOf(image: Uint8Array, top: number, left: number, mirrored: boolean): Float32Array {
  const padded = new Uint8Array(40 * 40 * 3);
  for (let row = 0; row < 32; row++)
    padded.set(image.subarray(row * 96, (row + 1) * 96), ((row + 4) * 40 + 4) * 3);
  const crop: number[] = [];
  for (let row = top; row < top + 32; row++) {
    const pixels = Array.from({ length: 32 }, (_, i) =>
      padded.subarray((row * 40 + left + i) * 3).subarray(0, 3),
    );
    if (mirrored) pixels.reverse();
    crop.push(...pixels.flatMap((pixel) => [...pixel]));
  }
  return Float32Array.from(crop, (value) => value / 255);
}

describe('augmentation', () => {
  it.each([false, true])(
    'cuts each of the 81 crops from the padded image, mirrored: %s',
    (flip) => {
      const image = IMAGES.subarray(0, IMAGE_VALUES);
      for (let top = 0; top < 9; top++)
        for (let left = 0; left < 9; left++) {
          const draws = [
            { of: 9, draw: top },
            { of: 9, draw: left },
            { of: 2, draw: flip ? 1 : 0 },
          ];
          expect(augment(image, true, scripted(...draws))).toEqual(cropOf(image, top, left, flip));
        }
    },
  );

  it('draws anew for every image, and nothing for a mirror it may not use', () => {
    const draws = [2, 7, 8, 0].map((draw) => ({ of: 9, draw }));
    const out = augment(IMAGES, false, scripted(...draws));
    expect(out.subarray(0, IMAGE_VALUES)).toEqual(cropOf(IMAGES, 2, 7, false));
    expect(out.subarray(IMAGE_VALUES)).toEqual(cropOf(IMAGES.subarray(IMAGE_VALUES), 8, 0, false));
  });

  it('is the same for the same seed', () => {
    const run = (seed: number): Float32Array => augment(IMAGES, true, createRandom(seed, 'crop'));
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it('refuses part of an image', () => {
    expect(() => augment(IMAGES.subarray(1), true, createRandom(0, 'crop'))).toThrow(RangeError);
  });
});

it('scales pixels to [0, 1] in float32', () => {
  expect(toFloat(Uint8Array.of(0, 1, 51, 255))).toEqual(Float32Array.of(0, 1 / 255, 0.2, 1));
});
