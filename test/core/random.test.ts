import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom, permutation } from '../../src/core/random.ts';

const seeds = fc.integer({ min: 0, max: 4294967295 });
const draws = (seed: number, stream: string, count = 8): number[] => {
  const random = createRandom(seed, stream);
  return Array.from({ length: count }, () => random.uniform());
};

it('permutes: every integer below n exactly once, the same for the same seed', () => {
  fc.assert(
    fc.property(fc.nat(300), seeds, (n, seed) => {
      const order = permutation(n, createRandom(seed, 'shuffle'));
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      expect(order).toEqual(permutation(n, createRandom(seed, 'shuffle')));
    }),
  );
});

it('puts every integer at every place about equally often', () => {
  const random = createRandom(0, 'shuffle');
  const places = new Float64Array(25);
  const runs = 5000;
  for (let run = 0; run < runs; run++)
    permutation(5, random).forEach((value, place) => {
      places[value * 5 + place] = (places[value * 5 + place] ?? 0) + 1;
    });
  // Standard deviation of each count: sqrt(5000 · 0.2 · 0.8) = 28.
  for (const count of places) expect(Math.abs(count - runs / 5)).toBeLessThan(5 * 28);
});

it('stays in range, with the mean and variance of a uniform number', () => {
  const values = draws(7, 'noise', 20_000);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.01);
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.003);
});

it('draws integers below a bound, all of them', () => {
  const random = createRandom(3, 'below');
  const seen = new Set(Array.from({ length: 500 }, () => random.below(9)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

it('gives other numbers for another seed or another stream', () => {
  fc.assert(
    fc.property(seeds, seeds, (a, b) => {
      fc.pre(a !== b);
      expect(draws(a, 'noise')).not.toEqual(draws(b, 'noise'));
      expect(draws(a, 'noise')).not.toEqual(draws(a, 'shuffle'));
    }),
  );
});
