import { describe, expect, it } from 'vitest';
import { resizeBilinear } from '../../src/data/readers/resize.ts';
import { hash } from './archives.ts';

/** The image that the golden values below were made from. */
function lcgImage(width: number, height: number) {
  let state = width * 1000 + height;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, data };
}

/** Pillow 9.4.0: `Image.fromarray(a).resize((32, 32), Image.BILINEAR)`, SHA-256 of the bytes. */
const GOLDEN: readonly (readonly [number, number, string])[] = [
  [1, 1, 'd011ad2d3b3bbbc62b281c7db0ca4641832219c44500c97ce82d16102f24ccb7'],
  [15, 15, '2b7ed998c4546d9cbd8aa6361d972831b3e8ece51ad1cfafbf7307c9fd811311'],
  [31, 33, 'ada3af6dab34f178c139e3d26febe6ad4f159147edb39b22187ad386e51cf196'],
  [32, 77, '1068cf0f812f34c1ca3a4862e7f4b48646936037d39b33b3cdc3a3f4bcbb2486'],
  [47, 45, '96e2f2298dc944d459d30f3288091b90f7888637cc1d162c34a0da2e1f451865'],
  [100, 20, 'fc0f2b0d07ab40089d40a5ee71495dd411051bc816cb8add78e3aafb3f430e10'],
  [25, 140, 'a5a347ba85736e1d8a33b4f56c446b629cba247b327a542457640b3dc28ecb91'],
  [250, 243, '8e10250b0c261a8e65115a047fb4301ced0e05efcd047edff82c37aa26a302ed'],
];

describe('resizeBilinear', () => {
  it.each(GOLDEN)('equals Pillow byte for byte: %i × %i to 32 × 32', async (w, h, sha) => {
    const { width, height, data } = resizeBilinear(lcgImage(w, h), 32, 32);
    expect([width, height]).toEqual([32, 32]);
    expect(await hash(data)).toBe(sha);
  });

  it('equals Pillow where one can follow it by hand: 2 × 2 to 3 × 3', () => {
    const data = Uint8Array.of(0, 10, 255, 255, 20, 0, 100, 30, 7, 50, 40, 9);
    expect([...resizeBilinear({ width: 2, height: 2, data }, 3, 3).data]).toEqual([
      ...[0, 10, 255, 128, 15, 128, 255, 20, 0],
      ...[50, 20, 131, 102, 25, 68, 153, 30, 5],
      ...[100, 30, 7, 75, 35, 8, 50, 40, 9],
    ]);
  });

  it('widens its filter where it shrinks: 5 × 3 to 2 × 2', () => {
    expect([...resizeBilinear(lcgImage(5, 3), 2, 2).data]).toEqual([
      131, 113, 91, 176, 148, 131, 52, 91, 104, 83, 144, 154,
    ]);
  });

  it('leaves an image of the wanted size as it is', () => {
    const image = lcgImage(32, 32);
    expect(resizeBilinear(image, 32, 32).data).toEqual(image.data);
  });
});
