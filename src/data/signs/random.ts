/**
 * Counter-based random numbers: draw n of stream (key0, key1) is a hash of the three, so every
 * image has its own stream and needs no state from any other image. Integer arithmetic only.
 */

/** Bijective 32-bit finaliser (MurmurHash3's), result 0..2^32-1. */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const GOLDEN = 0x9e3779b9;

/** One stream of random numbers. */
export class Random {
  readonly #key0: number;
  readonly #key1: number;
  #counter = 0;

  /** @param key0 @param key1 any 32-bit integers */
  constructor(key0: number, key1: number) {
    this.#key0 = mix32(key0 ^ GOLDEN);
    this.#key1 = mix32(key1 + 0x7f4a7c15);
  }

  /** Integer 0..2^32-1. */
  u32(): number {
    this.#counter = (this.#counter + GOLDEN) | 0;
    return mix32(mix32(this.#counter ^ this.#key0) ^ this.#key1);
  }

  /** Real number in [0, 1). */
  unit(): number {
    return this.u32() / 4294967296;
  }

  /** Real number in [low, high). */
  range(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Real number in (-reach, reach), values near 0 likelier (triangular). */
  around(reach: number): number {
    return (this.unit() + this.unit() - 1) * reach;
  }

  /** Integer 0..count-1. */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of the items; they must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) {
      throw new RangeError('Random.pick: got an empty list, expected at least one item');
    }
    return item;
  }
}
