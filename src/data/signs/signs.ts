import type { SpriteAtlas } from './atlas.ts';
import { spriteLevels } from './camera.ts';
import { SIGN_CLASSES } from './classes.ts';
import { compose } from './compose.ts';
import { VALUES } from './frame.ts';
import { mix32, Random } from './random.ts';

/** Disjoint parts of the set; each has as many images as there are indices. */
export type SignsSplit = 'train' | 'val' | 'test';

/** One image. */
export interface SignImage {
  /** Class id, 0..42. */
  readonly label: number;
  /** 3,072 bytes, 32 x 32 x RGB (HWC). */
  readonly pixels: Uint8Array;
}

/** Several images. */
export interface SignBatch {
  /** n * 3,072 bytes, NHWC. */
  readonly pixels: Uint8Array;
  /** n class ids, 0..42. */
  readonly labels: Int32Array;
}

/** The procedural traffic-sign set. An image depends on (split, seed, index) alone. */
export interface SignsSource {
  /**
   * Renders one image.
   * @param split 'train', 'val' or 'test'
   * @param seed integer 0..2^32-1
   * @param index integer 0..2^32-1
   * @param out where to write the 3,072 bytes; a new array when left out
   * @param offset first byte to write in `out`, default 0
   * @returns the label and the 3,072 bytes written (a view into `out` when that was given)
   * @throws RangeError on any argument outside its range, or when `out` is too short
   */
  image(
    split: SignsSplit,
    seed: number,
    index: number,
    out?: Uint8Array,
    offset?: number,
  ): SignImage;
  /**
   * Renders the images of the given indices, in that order.
   * @throws RangeError as `image` does
   */
  batch(split: SignsSplit, seed: number, indices: ArrayLike<number>): SignBatch;
}

const SPLIT_KEYS: ReadonlyMap<string, number> = new Map([
  ['train', 0x5167a1d3],
  ['val', 0x2b9c04e7],
  ['test', 0x74f3d85b],
]);

/**
 * Relative frequency of every class. As on the road, some signs are common and some rare, but the
 * spread (1 : 2) is kept small enough for every class to be learnt and counted.
 */
const FREQUENCY: readonly number[] = [
  2, 4, 4, 3, 4, 4, 2, 3, 3, 3, 4, 3, 4, 4, 3, 3, 2, 3, 3, 2, 2, 2, 2, 3, 2, 3, 3, 2, 3, 2, 2, 3, 2,
  3, 2, 3, 2, 2, 4, 2, 2, 2, 2,
];
const FREQUENCY_SUM = FREQUENCY.reduce((sum, weight) => sum + weight, 0);

function drawLabel(random: Random): number {
  let left = random.below(FREQUENCY_SUM);
  let label = 0;
  for (const weight of FREQUENCY) {
    if (left < weight) {
      return label;
    }
    left -= weight;
    label++;
  }
  throw new RangeError('signs: class frequencies do not add up');
}

function expectUint32(field: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= 0xffffffff)) {
    throw new RangeError(`signs: ${field} is ${value}, expected an integer 0..4294967295`);
  }
}

/**
 * Makes the set from its sprites.
 * @throws RangeError when the atlas does not hold one sprite per class
 */
export function createSigns(atlas: SpriteAtlas): SignsSource {
  if (atlas.count !== SIGN_CLASSES.length) {
    throw new RangeError(
      `signs: atlas.count is ${atlas.count}, expected ${SIGN_CLASSES.length} sprites`,
    );
  }
  const levels = spriteLevels(atlas);

  function image(
    split: SignsSplit,
    seed: number,
    index: number,
    out: Uint8Array = new Uint8Array(VALUES),
    offset = 0,
  ): SignImage {
    const splitKey = SPLIT_KEYS.get(split);
    if (splitKey === undefined) {
      throw new RangeError(`signs: split is ${split}, expected train, val or test`);
    }
    expectUint32('seed', seed);
    expectUint32('index', index);
    if (!(Number.isInteger(offset) && offset >= 0 && offset + VALUES <= out.length)) {
      throw new RangeError(
        `signs: offset is ${offset} in ${out.length} bytes, expected room for ${VALUES} bytes`,
      );
    }
    const random = new Random(mix32(seed) ^ splitKey, index);
    const label = drawLabel(random);
    compose(levels, label, random, out, offset);
    return { label, pixels: out.subarray(offset, offset + VALUES) };
  }

  function batch(split: SignsSplit, seed: number, indices: ArrayLike<number>): SignBatch {
    const pixels = new Uint8Array(indices.length * VALUES);
    const labels = new Int32Array(indices.length);
    for (let n = 0; n < indices.length; n++) {
      labels[n] = image(split, seed, indices[n] ?? NaN, pixels, n * VALUES).label;
    }
    return { pixels, labels };
  }

  return { image, batch };
}
