import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAtlas } from '../../src/data/signs/atlas.ts';
import { SIGN_CLASSES } from '../../src/data/signs/classes.ts';
import { createSigns, type SignsSplit } from '../../src/data/signs/signs.ts';
import { cos, sin } from '../../src/data/signs/trig.ts';

const file = new Uint8Array(
  readFileSync(new URL('../../public/data/signs-atlas.bin', import.meta.url)),
);
const signs = createSigns(decodeAtlas(file));
const BYTES = 3072;
const SPLITS: readonly SignsSplit[] = ['train', 'val', 'test'];

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const changed = (at: number, value: number): Uint8Array => {
  const copy = file.slice();
  copy[at] = value;
  return copy;
};

describe('signs: images', () => {
  // Any change of these means that published models no longer fit the set they were trained on.
  it.each([
    ['train', '2a504107f0fc7d39f4fe8e50323b78e3a56d4a3f81560c333f44838b7597ffbd'],
    ['val', '9e54e6e422617280853f915d96cd052e00513d6ddc999ae5da2c2efd66afd3da'],
    ['test', 'e90c25cd67dfb8d89d4883801363c9956bf2e285cbd0867fab4ee7cadd7cb604'],
  ] as const)('keeps the first 64 images of %s', (split, expected) => {
    const { pixels, labels } = signs.batch(split, 0, range(64));
    const bytes = new Uint8Array(pixels.length + labels.length);
    bytes.set(pixels);
    bytes.set(labels, pixels.length);
    expect(sha256(bytes)).toBe(expected);
  });

  it('gives the same bytes in any order, alone or in a batch, for any seed and index', () => {
    const u32 = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.constantFrom(...SPLITS), u32, u32, u32, (split, seed, first, second) => {
        const { pixels, labels } = signs.batch(split, seed, [first, second]);
        const late = signs.image(split, seed, second);
        const early = signs.image(split, seed, first);
        expect(labels).toEqual(Int32Array.of(early.label, late.label));
        expect(sha256(pixels.subarray(0, BYTES))).toBe(sha256(early.pixels));
        expect(sha256(pixels.subarray(BYTES))).toBe(sha256(late.pixels));
        expect(early.label).toBeGreaterThanOrEqual(0);
        expect(early.label).toBeLessThan(43);
      }),
      { numRuns: 60 },
    );
  });

  it('repeats no image across splits, seeds and indices', () => {
    const seen = new Set<string>();
    for (const split of SPLITS) {
      for (const seed of [0, 1, 0xffffffff]) {
        for (const index of range(40)) {
          seen.add(sha256(signs.image(split, seed, index).pixels));
        }
      }
    }
    expect(seen.size).toBe(SPLITS.length * 3 * 40);
  });

  it('shows every class, none more than about twice as often as another', () => {
    const counts = new Int32Array(43);
    for (const label of signs.batch('test', 0, range(1200)).labels) {
      counts[label] = (counts[label] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(5);
    expect(Math.max(...counts)).toBeLessThan(75);
  });

  it('has the brightness and contrast of camera crops', () => {
    const { pixels } = signs.batch('train', 3, range(300));
    const means = range(300).map(
      (n) => pixels.subarray(n * BYTES, (n + 1) * BYTES).reduce((sum, v) => sum + v, 0) / BYTES,
    );
    const mean = means.reduce((sum, v) => sum + v, 0) / means.length;
    expect(mean).toBeGreaterThan(60);
    expect(mean).toBeLessThan(120);
    expect(Math.min(...means)).toBeGreaterThan(4);
    expect(Math.max(...means)).toBeLessThan(235);
    expect(pixels.reduce((most, v) => Math.max(most, v), 0)).toBeGreaterThan(240);
  });

  it('hardly ever has a pure white 3 x 3 square in the bottom right corner', () => {
    const { pixels } = signs.batch('train', 0, range(400));
    const corner = [29, 30, 31].flatMap((y) => [29, 30, 31].map((x) => (y * 32 + x) * 3));
    const white = range(400).filter((n) =>
      corner.every((at) => [0, 1, 2].every((c) => pixels[n * BYTES + at + c] === 255)),
    );
    expect(white.length).toBeLessThanOrEqual(1);
  });

  it('writes into a given array at an offset and nowhere else', () => {
    const out = new Uint8Array(BYTES + 20).fill(7);
    const image = signs.image('val', 5, 9, out, 10);
    expect(image.pixels.buffer).toBe(out.buffer);
    expect(sha256(image.pixels)).toBe(sha256(signs.image('val', 5, 9).pixels));
    expect([...out.subarray(0, 10), ...out.subarray(BYTES + 10)]).toEqual(Array(20).fill(7));
  });
});

describe('signs: errors', () => {
  it.each([-1, 0.5, NaN, 4294967296, Infinity])('rejects seed and index %s', (bad) => {
    expect(() => signs.image('train', bad, 0)).toThrow(new RegExp(`seed is ${bad}, expected`));
    expect(() => signs.image('train', 0, bad)).toThrow(RangeError);
    expect(() => signs.batch('train', 0, [0, bad])).toThrow(/index is .*, expected an integer/);
  });

  it('rejects an unknown split and a short output', () => {
    expect(() => signs.image('Train' as SignsSplit, 0, 0)).toThrow(/split is Train, expected/);
    expect(() => signs.image('train', 0, 0, new Uint8Array(BYTES - 1))).toThrow(RangeError);
    expect(() => signs.image('train', 0, 0, new Uint8Array(BYTES), 1)).toThrow(/offset is 1/);
  });

  it.each([
    ['an empty file', new Uint8Array(0), /file length is 0, expected more than 16/],
    ['a bare header', file.slice(0, 16), /file length is 16/],
    ['a wrong magic', changed(0, 0), /magic is \d+, expected \d+ \("SGNA"\)/],
    ['a later version', changed(4, 9), /version is 9, expected 1/],
    ['a tiny sprite side', changed(6, 1), /sprite side is 1, expected 8\.\.512/],
    ['too few sprites', changed(8, 0), /sprite count is 0, expected 1\.\.1024/],
    ['a sprite missing', changed(8, 42), /sign atlas: /],
    ['a wrong checksum', changed(12, (file[12] ?? 0) ^ 1), /checksum is \d+, expected \d+/],
    ['half the payload', file.slice(0, file.length >> 1), /sign atlas: /],
    ['a lost end', file.slice(0, file.length - 12), /sign atlas: /],
  ])('rejects %s', (_, bytes, message) => {
    expect(() => decodeAtlas(bytes)).toThrow(message);
  });

  it('never accepts a payload with a flipped byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 18, max: file.length - 5 }), (at) => {
        expect(() => decodeAtlas(changed(at, (file[at] ?? 0) ^ 0x55))).toThrow(/sign atlas/);
      }),
      { numRuns: 25 },
    );
  });

  it('rejects an atlas without one sprite per class', () => {
    const atlas = { size: 8, count: 2, rgba: new Uint8Array(2 * 8 * 8 * 4) };
    expect(() => createSigns(atlas)).toThrow(/atlas\.count is 2, expected 43/);
  });
});

describe('signs: tables and arithmetic', () => {
  it('names 43 classes, all different', () => {
    expect(new Set(SIGN_CLASSES).size).toBe(43);
    expect(SIGN_CLASSES[14]).toBe('stop');
  });

  it('approximates sine and cosine', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (angle) => {
        expect(sin(angle)).toBeCloseTo(Math.sin(angle), 6);
        expect(cos(angle)).toBeCloseTo(Math.cos(angle), 6);
      }),
    );
  });
});
