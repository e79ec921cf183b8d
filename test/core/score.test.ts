import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classShares,
  findSuspect,
  frgAccuracy,
  neededMargin,
  medianShares,
  suspicion,
  type FrgTable,
} from '../../src/core/frg/score.ts';
import golden from '../golden/golden.json' with { type: 'json' };
import { describeOracle, floats, integers, oracleTensors } from '../support/oracle.ts';

function tableOf(
  labels: readonly number[],
  predictions: readonly number[],
  classes: number,
): FrgTable {
  const rows = predictions.length / labels.length;
  return {
    maps: Int32Array.from({ length: rows }, (_, row) => row),
    labels: Int32Array.from(labels),
    predictions: Int16Array.from(predictions),
    ...{ classes, rows },
  };
}

const tables = fc
  .record({ images: fc.integer({ min: 1, max: 12 }), classes: fc.integer({ min: 2, max: 6 }) })
  .chain(({ images, classes }) => {
    const someClass = fc.nat(classes - 1);
    const row = fc.array(someClass, { minLength: images, maxLength: images });
    return fc
      .tuple(row, fc.array(row, { minLength: 1, maxLength: 8 }))
      .map(([labels, rows]) => tableOf(labels, rows.flat(), classes));
  });

/** The lowest class with the largest share, per row. */
function topClasses(shares: Float32Array, classes: number): number[] {
  return Array.from({ length: shares.length / classes }, (_, row) => {
    const of = shares.subarray(row * classes, (row + 1) * classes);
    return of.indexOf(Math.max(...of));
  });
}

describe('scores by hand', () => {
  // Two images of class 0, one of class 1, one of class 2; map 0 sends most of them to class 2.
  const table = tableOf([0, 0, 1, 2], [2, 2, 2, 2, 0, 1, 1, 2], 3);

  it('counts accuracy over all images', () => {
    expect(frgAccuracy(table)).toEqual(Float32Array.of(0.25, 0.75));
  });

  it('counts a class share over the images of other classes', () => {
    expect(classShares(table)).toEqual(Float32Array.of(0, 0, 1, 0, 1 / 3, 0));
  });

  it('names the class with the largest median share and its runner-up', () => {
    const suspect = findSuspect(classShares(table), table);
    expect(suspect).toMatchObject({ class: 2, medianShare: 0.5, dominant: true });
    expect(suspect?.runnerUp.class).toBe(1);
    expect(suspect?.runnerUp.medianShare).toBeCloseTo(1 / 6, 7);
    expect(suspect?.margin).toBeCloseTo(1 / 3, 7);
    // Half of the images are read right; few are of other classes, so it says less.
    expect(suspect?.right).toBeCloseTo(1 - (1 / 2 + 1 / 6), 6);
  });

  it('asks for a smaller margin while images are read right', () => {
    expect(neededMargin({ right: 0.3 })).toBe(0.08);
    expect(neededMargin({ right: 0.1 })).toBe(0.08);
    expect(neededMargin({ right: 0.05 })).toBe(0.2);
  });

  it('asks for a larger one of smooth perturbations', () => {
    expect(neededMargin({ right: 0.5 }, 8)).toBe(0.25);
    expect(neededMargin({ right: 0.3 }, 8)).toBe(0.6);
    const smooth = { ...table, smoothing: 8 };
    expect(findSuspect(classShares(smooth), smooth)).toMatchObject({ class: 2, dominant: false });
  });

  it('names no class where none dominates', () => {
    const even = tableOf([0, 1, 2], [1, 2, 0, 2, 0, 1], 3);
    expect(findSuspect(classShares(even), even)).toMatchObject({
      class: 0,
      margin: 0,
      dominant: false,
    });
  });

  it('never leads by more than everything, however many maps there are', () => {
    for (const rows of [7, 48, 49, 60, 1200]) {
      const drifted = { labels: Int32Array.of(1, 1), predictions: new Int16Array(2 * rows) };
      const all = {
        ...table,
        ...drifted,
        maps: Int32Array.from({ length: rows }, (_, i) => i),
        rows,
      };
      expect(findSuspect(classShares(all), all)).toMatchObject({ class: 0, margin: 1, right: 0 });
    }
  });

  it('turns each score into a suspicion', () => {
    expect(suspicion(table, 'accuracy')).toEqual(Float32Array.of(0.75, 0.25));
    expect(suspicion(table, 'targetShare')).toEqual(Float32Array.of(1, 0));
    expect(suspicion(table, 'collapse')).toEqual(Float32Array.of(1, 1 / 3));
  });

  it('reads only the rows that are filled', () => {
    expect(frgAccuracy({ ...table, rows: 1 })).toEqual(Float32Array.of(0.25));
    expect(classShares({ ...table, rows: 1 })).toHaveLength(3);
  });

  it('gives a class that all images belong to no share', () => {
    expect(classShares(tableOf([1, 1], [1, 1], 2))).toEqual(Float32Array.of(0, 0));
  });
});

describe('scores of any table', () => {
  it('lie in [0, 1]', () => {
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom('accuracy', 'targetShare', 'collapse'),
        (table, score) => {
          for (const value of suspicion(table, score)) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('account for every image: right ones, plus the wrong ones of each class', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { labels, classes } = table;
        const shares = classShares(table);
        frgAccuracy(table).forEach((accuracy, row) => {
          let images = accuracy * labels.length;
          for (let k = 0; k < classes; k++)
            images += (shares[row * classes + k] ?? 0) * labels.filter((y) => y !== k).length;
          expect(images).toBeCloseTo(labels.length, 4);
        });
      }),
    );
  });

  it('bound the target share by the collapse score', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const collapse = suspicion(table, 'collapse');
        suspicion(table, 'targetShare').forEach((share, row) => {
          expect(share).toBeLessThanOrEqual(collapse[row] ?? -1);
        });
      }),
    );
  });

  it('have half of the maps on either side of each median', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { classes, rows } = table;
        const shares = classShares(table);
        medianShares(shares, classes).forEach((median, k) => {
          const column = shares.filter((_, i) => i % classes === k);
          expect(column.filter((share) => share <= median).length * 2).toBeGreaterThanOrEqual(rows);
          expect(column.filter((share) => share >= median).length * 2).toBeGreaterThanOrEqual(rows);
          // Of two middle ones the mean, also where one of them is 0.
          const [low = 0, high = 0] = [column.sort()[(rows - 1) >> 1], column[rows >> 1]];
          expect(median).toBe(Math.fround((low + high) / 2));
        });
      }),
    );
  });
});

it('golden: accuracy and collapse of ten maps are those that PyTorch counted', () => {
  const { labels, classes, predictions, accuracy, collapse, collapseClass } = golden.frg;
  const table = tableOf(labels, predictions.flat(), classes);
  expect(frgAccuracy(table)).toEqual(Float32Array.from(accuracy));
  expect(suspicion(table, 'collapse')).toEqual(Float32Array.from(collapse));
  expect(topClasses(classShares(table), classes)).toEqual(collapseClass);
});

describeOracle('scores of all 600 maps', (dir) => {
  const results = oracleTensors(dir, 'frg/results.safetensors');
  const labels = integers(oracleTensors(dir, 'frg/input.safetensors'), 'labels');

  it.each(['one_step', 'multi_step', 'released'])('are those that PyTorch counted: %s', (name) => {
    const table = tableOf([...labels], [...integers(results, `pred.${name}`)], 10);
    expect(table.rows).toBe(600);
    expect(frgAccuracy(table)).toEqual(floats(results, `accuracy.${name}`));
    expect(suspicion(table, 'collapse')).toEqual(floats(results, `collapse.${name}`));
    expect(topClasses(classShares(table), 10)).toEqual([
      ...integers(results, `collapse_class.${name}`),
    ]);
  });
});
