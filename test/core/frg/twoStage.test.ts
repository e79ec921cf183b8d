import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classShares,
  frgAccuracy,
  type FrgTable,
  suspicion,
  UNASKED,
} from '../../../src/core/frg/score.ts';
import {
  FIRST_IMAGES,
  firstImages,
  padRows,
  refinedCount,
  rowsToRefine,
  secondLook,
} from '../../../src/core/frg/twoStage.ts';
import { presetSpec } from '../../../src/core/presets.ts';
import type { RunSpec } from '../../../src/core/runSpec.ts';
import { rowsOf } from '../../../src/core/frg/select.ts';
import { tinyPlan } from '../network/tiny.ts';

const CLASSES = 4;
const PLAN = tinyPlan(4, [1, 1]);
const SCORES = ['accuracy', 'targetShare', 'collapse'] as const;

/** Random predictions of some maps on some images. */
const tables = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), images: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, images }) => {
    const classes = (length: number) =>
      fc.array(fc.nat(CLASSES - 1), { minLength: length, maxLength: length });
    return fc
      .tuple(classes(images), classes(rows * images))
      .map(([labels, predictions]): FrgTable => ({
        ...{ classes: CLASSES, rows },
        maps: Int32Array.from({ length: rows }, (_, row) => 3 * row),
        labels: Int32Array.from(labels),
        predictions: Int16Array.from(predictions),
      }));
  });

/** The first `count` images of a table; the others are not there, or are there and not asked. */
function cut(table: FrgTable, count: number): { short: FrgTable; padded: FrgTable } {
  const n = table.labels.length;
  const rows = Int16Array.from({ length: table.rows * count }, (_, i) => {
    return table.predictions[Math.floor(i / count) * n + (i % count)] ?? 0;
  });
  return {
    short: { ...table, labels: table.labels.subarray(0, count), predictions: rows },
    padded: { ...table, predictions: padRows(rows, count, n) },
  };
}

describe('a row that is not asked on all images', () => {
  it('has the scores of the images that it was asked on', () => {
    fc.assert(
      fc.property(tables, fc.nat(8), (table, less) => {
        const { short, padded } = cut(table, Math.max(1, table.labels.length - less));
        expect(frgAccuracy(padded)).toEqual(frgAccuracy(short));
        expect(classShares(padded)).toEqual(classShares(short));
        for (const score of SCORES)
          expect(suspicion(padded, score)).toEqual(suspicion(short, score));
      }),
    );
  });

  it('changes nothing about the other rows', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const n = table.labels.length;
        const predictions = table.predictions.slice();
        predictions.fill(UNASKED, 1, n);
        const shares = classShares({ ...table, predictions });
        expect(shares.slice(CLASSES)).toEqual(classShares(table).slice(CLASSES));
      }),
    );
  });
});

describe('the second stage', () => {
  it('takes the most suspicious quarter of all or of each convolution, rounded up', () => {
    const selections = fc.constantFrom('global', 'perLayer');
    fc.assert(
      fc.property(tables, fc.constantFrom(...SCORES), selections, (table, score, selection) => {
        const rows = rowsToRefine(PLAN, table, score, selection);
        expect(rows).toHaveLength(refinedCount(PLAN, table.maps, selection));
        expect(rows).toEqual(rows.toSorted());
        const scores = suspicion(table, score);
        const all = Int32Array.from(table.maps, (_, row) => row);
        const groups =
          selection === 'global' ? [all] : PLAN.convs.map((conv) => rowsOf(conv, all, table.maps));
        for (const group of groups) {
          const chosen = [...group].filter((row) => rows.includes(row));
          expect(chosen).toHaveLength(Math.ceil(group.length / 4));
          const least = Math.min(...chosen.map((row) => scores[row] ?? NaN));
          for (const row of group)
            if (!chosen.includes(row)) expect(scores[row]).toBeLessThanOrEqual(least);
        }
      }),
    );
  });

  it('is not there unless asked for, nor where the first one has all images', () => {
    expect(firstImages(64, false)).toBe(64);
    expect(firstImages(64, true)).toBe(FIRST_IMAGES);
    expect(firstImages(FIRST_IMAGES, true)).toBe(FIRST_IMAGES);
    expect(firstImages(3, true)).toBe(3);
  });

  it('leaves whole rows as they are', () => {
    const rows = Int16Array.of(1, 2, 3, 0);
    expect(padRows(rows, 2, 2)).toBe(rows);
    expect(padRows(rows, 2, 3)).toEqual(Int16Array.of(1, 2, UNASKED, 3, 0, UNASKED));
  });
});

describe('the second look', () => {
  const images = FIRST_IMAGES + 4;
  const maps = Int32Array.from({ length: 8 }, (_, map) => map);
  const labels = new Int32Array(images).fill(1);
  const spec: RunSpec = { ...presetSpec('lab', 'tiny'), score: 'accuracy', p: 8 };
  const staged = { ...spec, frg: { ...spec.frg, images, twoStage: true } };
  /** Map 0 misreads one of the first images, map 1 all of the later ones; both are looked at twice. */
  const table: FrgTable = {
    ...{ maps, labels, classes: CLASSES, rows: maps.length },
    predictions: Int16Array.from({ length: maps.length * images }, (_, i) => {
      const [map, image] = [Math.floor(i / images), i % images];
      if (map > 1) return image < FIRST_IMAGES ? 1 : UNASKED;
      return map === 0 ? Number(image > 0) : Number(image < FIRST_IMAGES);
    }),
  };

  it('says how many of the maps to prune it put there', () => {
    expect(secondLook(PLAN, table, staged)).toEqual({ refined: 2, changed: 1 });
    expect(secondLook(PLAN, table, { ...staged, p: 4 })).toEqual({ refined: 2, changed: 0 });
  });

  it('is none of a sweep in one stage', () => {
    expect(secondLook(PLAN, table, { ...staged, frg: { ...spec.frg, images } })).toBeNull();
  });
});
