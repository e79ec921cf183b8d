/** What the defenses compute on the host. */
import { describe, expect, it } from 'vitest';
import { clpMask, lipschitzThreshold } from '../../../src/core/defenses/clp.ts';
import { ascendingFeatures, zeroColumns } from '../../../src/core/defenses/finePruning.ts';
import { filterNorms, smallestFilters } from '../../../src/core/defenses/l1.ts';
import { fullMask, gammaMask, stepMask } from '../../../src/core/defenses/normFactors.ts';
import { testOutliers } from '../../../src/core/defenses/outliers.ts';
import { stampTrigger } from '../../../src/core/defenses/reversedTrigger.ts';
import { largestSingularValue } from '../../../src/core/defenses/singularValue.ts';
import { createRandom } from '../../../src/core/random.ts';
import { tinyPlan } from '../network/tiny.ts';

describe('the largest singular value', () => {
  it.each([
    { matrix: [3, 0, 0, 4], columns: 2, expected: 4 },
    { matrix: [1, 2, 2, 4], columns: 2, expected: 5 },
    { matrix: [0, 0, 0, 0, 0, 0], columns: 3, expected: 0 },
    { matrix: [3, -4], columns: 1, expected: 5 },
    { matrix: [1, 1, 0, 1], columns: 2, expected: (1 + Math.sqrt(5)) / 2 },
  ])('of $matrix in $columns columns is $expected', ({ matrix, columns, expected }) => {
    expect(largestSingularValue(matrix, columns)).toBeCloseTo(expected, 12);
  });

  it('is not exceeded by any vector, and nearly reached by power iteration', () => {
    const random = createRandom(4, 'matrix');
    const matrix = Float64Array.from({ length: 20 * 9 }, () => random.uniform() - 0.5);
    let v = Array.from({ length: 9 }, () => random.uniform());
    let stretch = 0;
    for (let i = 0; i < 500; i++) {
      const image = Array.from({ length: 20 }, (_, r) =>
        v.reduce((sum, x, c) => sum + x * (matrix[r * 9 + c] ?? 0), 0),
      );
      const back = v.map((_, c) => image.reduce((s, y, r) => s + y * (matrix[r * 9 + c] ?? 0), 0));
      const length = Math.hypot(...back);
      v = back.map((x) => x / length);
      stretch = Math.sqrt(length);
    }
    expect(largestSingularValue(matrix, 9)).toBeCloseTo(stretch, 10);
  });
});

describe('the outlier test', () => {
  it('takes the lower of two middle values', () => {
    expect(testOutliers([1, 2, 3, 4])).toMatchObject({ median: 2, deviation: 1.4826 });
  });

  it('flags norms far below the median only, the most anomalous first', () => {
    expect(testOutliers([50, 55, 3, 60, 52, 300, 1, 54]).flagged).toEqual([6, 2]);
  });

  it('flags nothing where all norms are equal', () => {
    expect(testOutliers([5, 5, 5])).toMatchObject({ index: [0, 0, 0], flagged: [] });
  });

  it('flags any smaller norm where most are equal', () => {
    expect(testOutliers([5, 5, 4, 5, 5])).toMatchObject({
      flagged: [2],
      index: [0, 0, 1e6, 0, 0],
    });
  });
});

describe('CLP', () => {
  const tensor = (shape: number[], data: number[]) => ({ shape, data: Float32Array.from(data) });
  /** Four channels of one input, 1×1: the score is |w·gamma| / sqrt(variance). */
  const weights = (variances: number[]) =>
    new Map([
      ['c.weight', tensor([4, 1, 1, 1], [1, -1, 1, 50])],
      ['n.weight', tensor([4], [1, 1, -1, 1])],
      ['n.running_var', tensor([4], variances)],
    ]);

  it('prunes gamma and beta of a channel that stands out', () => {
    expect(clpMask(weights([1, 1, 1, 1]), [['n', 'c']], 1)).toEqual(
      new Map([
        ['n.weight', new Set([3])],
        ['n.bias', new Set([3])],
      ]),
    );
    expect(clpMask(weights([1, 1, 1, 2500]), [['n', 'c']], 1).size).toBe(0);
  });

  it('survives a variance of 0', () => {
    expect(clpMask(weights([0, 1, 1, 1]), [['n', 'c']], 1).get('n.weight')).toEqual(new Set([0]));
  });

  it('uses the unbiased deviation', () => {
    expect(lipschitzThreshold(Float64Array.of(1, 3), 1)).toBeCloseTo(2 + Math.SQRT2, 12);
  });
});

describe('a mask over batch norms', () => {
  const plan = tinyPlan(2, [1]);

  it('takes SGD steps with momentum inside [0, 1]', () => {
    const mask = fullMask(plan);
    const gradient = Float32Array.from(mask.values, (_, i) => (i === 0 ? 1 : -1));
    stepMask(mask, gradient, 0.2, 0.5);
    expect(mask.values[0]).toBeCloseTo(0.8);
    expect(mask.values[1]).toBe(1);
    stepMask(mask, gradient, 0.2, 0.5);
    expect(mask.values[0]).toBeCloseTo(0.5);
    for (let i = 0; i < 9; i++) stepMask(mask, gradient, 0.2, 0.5);
    expect(mask.values[0]).toBe(0);
  });

  it('prunes gammas at or below the threshold', () => {
    const mask = Float32Array.of(0.1, 0.5, 0.2, 0.6);
    expect(gammaMask(plan, mask, 0.5)).toEqual({
      count: 3,
      mask: new Map([
        ['layer1.0.bn1.weight', new Set([0, 1])],
        ['layer1.0.bn2.weight', new Set([0])],
      ]),
    });
  });
});

describe('FP', () => {
  it('orders features by their signed mean, equal ones by index', () => {
    const features = Float32Array.of(1, -3, 2, -3, 3, 1, 2, 1);
    expect(ascendingFeatures(features, 4)).toEqual([1, 3, 0, 2]);
  });

  it('zeroes columns', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const pruned = zeroColumns(
      new Map([['l.weight', { shape: [2, 3], data }]]),
      'l.weight',
      new Set([1]),
    );
    expect(pruned.get('l.weight')?.data).toEqual(Float32Array.of(1, 0, 3, 4, 0, 6));
    expect(data[1]).toBe(2);
  });
});

it('a reversed trigger covers what its mask says', () => {
  const images = new Uint8Array(2 * 32 * 32 * 3).fill(100);
  const mask = new Float32Array(32 * 32).fill(-20);
  mask[5] = 20;
  mask[6] = 0;
  const stamped = stampTrigger(images, { mask, pattern: new Float32Array(32 * 32 * 3).fill(20) });
  expect(stamped[12]).toBe(100);
  expect([...stamped.subarray(15, 18)]).toEqual([255, 255, 255]);
  expect(stamped[18]).toBe(178);
  expect(stamped[32 * 32 * 3 + 15]).toBe(255);
});

describe('magnitude pruning', () => {
  const plan = tinyPlan(4, [1, 2]);
  /** The filter of map c of a layer has the weights ±(c + 1) · scale, more of them in wide layers. */
  const weights = new Map(
    plan.convs.map(({ name, outChannels, inChannels, kernel, order }) => {
      const size = inChannels * kernel ** 2;
      const scale = order === 1 ? 100 : 1;
      const data = Float32Array.from({ length: outChannels * size }, (_, i) => {
        const value = (Math.floor(i / size) + 1) * scale;
        return i % 2 === 0 ? value : -value;
      });
      return [`${name}.weight`, { shape: [outChannels, inChannels, kernel, kernel], data }];
    }),
  );
  const all = Int32Array.from({ length: plan.maps }, (_, map) => map);

  it('adds up the absolute weights of the filter that makes a map', () => {
    const norms = filterNorms(plan, weights);
    for (const { offset, outChannels, inChannels, kernel, order } of plan.convs)
      for (let c = 0; c < outChannels; c++)
        expect(norms[offset + c]).toBe(
          (c + 1) * (order === 1 ? 100 : 1) * inChannels * kernel ** 2,
        );
  });

  it('takes the smallest relative to their layer, whatever the scale of the layer', () => {
    const first = smallestFilters(plan, weights, all, plan.convs.length);
    // The first map of a layer is the smallest; in a wider layer it is smaller still.
    const starts = plan.convs.map(({ offset }) => offset);
    const widest = Math.max(...plan.convs.map(({ outChannels }) => outChannels));
    const wide = plan.convs.filter(({ outChannels }) => outChannels === widest);
    expect([...first].slice(0, wide.length)).toEqual(wide.map(({ offset }) => offset));
    expect(starts).toContain(first[0]);
    expect(new Set(first).size).toBe(plan.convs.length);
  });

  it('keeps to the candidates', () => {
    const candidates = all.filter((map) => map % 2 === 1);
    const some = smallestFilters(plan, weights, candidates, 4);
    expect([...some].every((map) => map % 2 === 1)).toBe(true);
    expect(smallestFilters(plan, weights, candidates, 0)).toHaveLength(0);
  });
});
