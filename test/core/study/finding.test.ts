import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detection,
  type FindingRow,
  namedClass,
  parseFindingFile,
  statisticOf,
} from '../../../src/core/study/finding.ts';

function row(target: number | null, ...candidates: [named: number, margin: number][]): FindingRow {
  return {
    ...{ model: 'm', data: 'signs', attack: target === null ? null : 'badnets', target, seed: 0 },
    ...{
      weights: '0'.repeat(64),
      date: '2026-01-01',
      commit: 'abc',
      device: 'one',
      maps: 10,
      carriers: null,
    },
    ...{ rankings: [], knockOut: null, before: null, outcomes: [] },
    candidates: candidates.map(([named, margin], i) => ({
      ...{ eps: (i + 1) / 255, class: named, medianShare: 0.5, margin, right: 0 },
    })),
  };
}

const ROWS = fc.array(
  fc.record({
    target: fc.option(fc.integer({ min: 0, max: 3 })),
    candidates: fc.array(
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -5, max: 9 })),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('the detector', () => {
  it('names the class of the first ε that reaches the threshold, and no later one', () => {
    const found = row(8, [3, 0.1], [8, 0.3], [5, 0.9]);
    expect(namedClass(found, 0.2)).toBe(8);
    expect(namedClass(found, 0.5)).toBe(5);
    expect(namedClass(found, 0.95)).toBeNull();
    expect(statisticOf(found)).toBe(0.9);
  });

  it('is content with less while images are read right', () => {
    const { candidates, ...warp } = row(8, [8, 0.08], [8, 0.12], [3, 0.05]);
    expect(namedClass({ ...warp, candidates })).toBeNull();
    const early = { ...warp, candidates: candidates.map((c) => ({ ...c, right: 0.3 })) };
    expect(namedClass(early)).toBe(8);
    expect(statisticOf(early)).toBeCloseTo(0.3, 12);
  });

  it('asks the smooth candidate last, and for more', () => {
    const searched = row(0, [3, 0.15], [0, 0.05]);
    const smooth = (named: number, margin: number): FindingRow => ({
      ...searched,
      candidates: [
        ...searched.candidates,
        { ...{ eps: 0.1, smoothing: 8, class: named, medianShare: 0.5, margin, right: 0.5 } },
      ],
    });
    expect(namedClass(smooth(0, 0.24))).toBeNull();
    expect(namedClass(smooth(0, 0.5))).toBe(0);
    expect(namedClass(smooth(0, 0.5), 0.15)).toBe(3);
    expect(statisticOf(smooth(0, 0.5))).toBeCloseTo(0.4, 12);
  });

  it('counts what it says, at every threshold', () => {
    const rows = [row(8, [8, 0.4]), row(8, [2, 0.3]), row(null, [1, 0.35]), row(null, [1, 0.1])];
    expect(detection(rows)).toEqual({
      ...{ backdoored: 2, clean: 2, auc: 0.75 },
      points: [
        { threshold: Infinity, falseAlarms: 0, detected: 0, rightlyNamed: 0 },
        { threshold: 0.4, falseAlarms: 0, detected: 0.5, rightlyNamed: 0.5 },
        { threshold: 0.35, falseAlarms: 0.5, detected: 0.5, rightlyNamed: 0.5 },
        { threshold: 0.3, falseAlarms: 0.5, detected: 1, rightlyNamed: 0.5 },
        { threshold: 0.1, falseAlarms: 1, detected: 1, rightlyNamed: 0.5 },
      ],
    });
  });

  it('only gets bolder as the threshold falls, and ends by calling all', () => {
    fc.assert(
      fc.property(ROWS, (drawn) => {
        const rows = drawn.map(({ target, candidates }) =>
          row(target, ...candidates.map(([k, m]): [number, number] => [k, m / 10])),
        );
        const { points, backdoored, clean } = detection(rows);
        points.reduce((before, after) => {
          expect(after.threshold).toBeLessThan(before.threshold);
          expect(after.falseAlarms).toBeGreaterThanOrEqual(before.falseAlarms);
          expect(after.detected).toBeGreaterThanOrEqual(before.detected);
          return after;
        });
        for (const { rightlyNamed, detected } of points)
          expect(rightlyNamed).toBeLessThanOrEqual(detected);
        expect(points.at(-1)).toMatchObject({
          falseAlarms: clean === 0 ? 0 : 1,
          detected: backdoored === 0 ? 0 : 1,
        });
      }),
    );
  });

  it('has an area only where there is something to tell apart', () => {
    expect(detection([row(1, [1, 0.4])]).auc).toBeNull();
    expect(detection([row(null, [1, 0.4])]).auc).toBeNull();
  });
});

describe('the recorded finding', () => {
  it('is as this version writes it', () => {
    const file = new URL('../../../public/data/finding.json', import.meta.url);
    expect(existsSync(file)).toBe(true);
    const { rows } = parseFindingFile(JSON.parse(readFileSync(file, 'utf8')));
    expect(new Set(rows.map(({ model, seed }) => `${model} ${String(seed)}`)).size).toBe(
      rows.length,
    );
  });
});
