import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CutPoint,
  cutCounts,
  cutPoint,
  MOST_LOST,
  probeMaps,
  PROBE_MAPS,
  MOST_LOST_TUNED,
  suggestCount,
  tunedCounts,
} from '../../../src/core/frg/knockOut.ts';

const point = (count: number, share: number, next: number, acc = 1): CutPoint => ({
  ...{ count, tuned: false, share, next, acc },
});
const tuned = (...values: Parameters<typeof point>): CutPoint => ({
  ...point(...values),
  tuned: true,
});

describe('the knock-out test', () => {
  it('reads shares of the probes that are of other classes', () => {
    // Of four probes, one is of class 8 itself; of the other three, two are read as 8.
    const predictions = Int16Array.of(8, 8, 8, 3);
    const labels = Int32Array.of(8, 1, 2, 2);
    const { share, next } = cutPoint({ count: 5, tuned: false, acc: 0.9 }, 8, predictions, labels);
    expect(share).toBeCloseTo(2 / 3, 12);
    expect(next).toBeCloseTo(1 / 4, 12);
  });

  it('takes the smallest count at which the class is down to chance', () => {
    const points = [
      point(0, 0.4, 0.1),
      point(4, 0.2, 0.1),
      point(6, 0.05, 0.1),
      point(8, 0.01, 0.2),
    ];
    expect(suggestCount(points, 20)).toBe(6);
    expect(suggestCount(points, 21)).toBe(8);
    expect(suggestCount(points, 5)).toBe(4);
  });

  it('goes as far as Acc lasts where the class stops to lead but is not silent', () => {
    const points = [
      point(0, 0.4, 0.1, 1),
      point(4, 0.3, 0.1, 0.95),
      point(8, 0.1, 0.15, 0.85),
      point(12, 0.01, 0.2, 1 - MOST_LOST - 0.01),
    ];
    expect(suggestCount(points, 50)).toBe(8);
    expect(suggestCount(points.slice(0, 2), 50)).toBeNull();
  });

  it('suggests nothing where the class still leads when Acc is lost', () => {
    const lost = 1 - MOST_LOST - 0.01;
    expect(suggestCount([point(0, 0.4, 0.1), point(4, 0.1, 0.2, lost)], 10)).toBeNull();
    expect(suggestCount([point(0, 0.4, 0.1), point(4, 0.3, 0.1)], 10)).toBeNull();
    expect(suggestCount([], 10)).toBeNull();
  });

  it('never suggests to prune nothing, nor more than was tried and kept Acc', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const tried = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 });
    fc.assert(
      fc.property(tried, fc.infiniteStream(share), (counts, shares) => {
        const draw = (): number => shares.next().value as number;
        const points = [0, ...counts.toSorted((a, b) => a - b)].map((count) =>
          point(count, draw(), draw(), draw()),
        );
        const found = suggestCount(points, 10);
        if (found === null) return;
        const kept = points.filter(({ acc }) => acc >= (points[0]?.acc ?? 0) - MOST_LOST);
        expect(found).toBeGreaterThan(0);
        expect(found).toBeLessThanOrEqual(Math.max(...kept.map(({ count }) => count)));
      }),
    );
  });

  it('tries rising counts up to an eighth of the maps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 5000 }), (candidates) => {
        const counts = [...cutCounts(candidates)];
        expect(counts[0]).toBe(0);
        counts.reduce((before, after) => {
          expect(after).toBeGreaterThan(before);
          return after;
        });
        expect(counts.at(-1)).toBeLessThanOrEqual(candidates / 8);
      }),
    );
  });

  it('believes what fine-tuning leaves more than what pruning alone needs', () => {
    const alone = [point(0, 0.4, 0.1), point(4, 0.2, 0.1), point(6, 0.01, 0.1)];
    expect(suggestCount(alone, 20)).toBe(6);
    expect(suggestCount([...alone, tuned(6, 0.3, 0.1)], 20)).toBeNull();
    const back = [...alone, tuned(6, 0.3, 0.1), tuned(9, 0.05, 0.1), tuned(14, 0.01, 0.1)];
    expect(suggestCount(back, 20)).toBe(9);
    const lost = 1 - MOST_LOST_TUNED - 0.01;
    expect(suggestCount([...alone, tuned(9, 0.05, 0.1, lost)], 20)).toBeNull();
  });

  it('tries with fine-tuning from what pruning alone needs, or what Acc allows, upwards', () => {
    const alone = [point(0, 0.4, 0.1), point(4, 0.2, 0.1), point(6, 0.01, 0.1)];
    expect([...tunedCounts(alone, 20, 160)]).toEqual([6, 9, 14]);
    const loud = [point(0, 0.4, 0.1), point(8, 0.4, 0.1), point(10, 0.3, 0.1, 0.1)];
    expect([...tunedCounts(loud, 20, 160)]).toEqual([8, 12, 18]);
    expect([...tunedCounts([point(0, 0.4, 0.1), point(4, 0.4, 0.1, 0.1)], 20, 80)]).toEqual([
      4, 6, 9,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (candidates) => {
        for (const count of tunedCounts(alone, 20, candidates))
          expect(count).toBeLessThanOrEqual(candidates / 8);
      }),
    );
  });

  it('draws its probes from the candidates, the same for the same seed', () => {
    const maps = Array.from({ length: 100 }, (_, i) => 3 * i);
    const drawn = probeMaps(maps, 7);
    expect(drawn).toEqual(probeMaps(maps, 7));
    expect(drawn).not.toEqual(probeMaps(maps, 8));
    expect(new Set(drawn).size).toBe(PROBE_MAPS);
    expect([...drawn].every((map) => maps.includes(map))).toBe(true);
  });
});
