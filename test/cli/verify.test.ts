import { describe, expect, it } from 'vitest';
import { BOUND, compare } from '../../scripts/verify.ts';
import { psnrs } from '../../scripts/verifyEncoder.ts';
import { rate } from '../../src/core/metrics.ts';

describe('a measured rate', () => {
  const card = { value: 0.95, n: 10_000 };

  it('agrees with its card within 0.3 points on the same images', () => {
    expect(compare(card, rate(9529, 10_000))).toMatchObject({ allowed: BOUND, agrees: true });
    expect(compare(card, rate(9469, 10_000)).agrees).toBe(false);
    expect(compare({ value: 1, n: 10 }, rate(10, 10)).agrees).toBe(true);
  });

  it('may differ more on a sample, by what chance does', () => {
    expect(compare(card, rate(188, 200)).agrees).toBe(true);
    expect(compare(card, rate(160, 200)).agrees).toBe(false);
    expect(compare(card, rate(0, 0)).agrees).toBe(false);
  });
});

it('PSNR is that of each image by itself', () => {
  const clean = new Uint8Array(2 * 3072).fill(100);
  const encoded = clean.map((value, i) => (i < 3072 ? value + 1 : value + 10));
  const [first = NaN, second = NaN] = psnrs(clean, encoded);
  expect(first).toBeCloseTo(20 * Math.log10(255), 10);
  expect(first - second).toBeCloseTo(20, 10);
});
