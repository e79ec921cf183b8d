import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracy, attackRates, rate, wilson95 } from '../../src/core/metrics.ts';
import golden from '../golden/golden.json' with { type: 'json' };
import { describeOracle, integers, oracleJson, oracleTensors } from '../support/oracle.ts';

interface Expected {
  readonly target: number;
  readonly clean_count: number;
  readonly bd_count: number;
  readonly acc: number;
  readonly asr: number;
  readonly ra: number;
  readonly clean_correct: number;
  readonly asr_hits: number;
  readonly ra_hits: number;
}

interface Case {
  readonly cleanPredictions: ArrayLike<number>;
  readonly cleanLabels: ArrayLike<number>;
  readonly triggeredPredictions: ArrayLike<number>;
  readonly triggeredLabels: ArrayLike<number>;
}

function expectRates(given: Case, expected: Expected): void {
  expect(accuracy(given.cleanPredictions, given.cleanLabels)).toEqual({
    ...{ hits: expected.clean_correct, n: expected.clean_count, value: expected.acc },
  });
  expect(attackRates(given.triggeredPredictions, given.triggeredLabels, expected.target)).toEqual({
    asr: { hits: expected.asr_hits, n: expected.bd_count, value: expected.asr },
    ra: { hits: expected.ra_hits, n: expected.bd_count, value: expected.ra },
  });
}

const counts = fc.nat(2000).chain((n) => fc.nat(n).map((hits) => rate(hits, n)));

describe('rates', () => {
  it('drops the images of the target class from ASR and RA alike', () => {
    const { asr, ra } = attackRates([0, 0, 1, 2, 0], [0, 1, 1, 1, 0], 0);
    expect(asr).toEqual({ hits: 1, n: 3, value: 1 / 3 });
    expect(ra).toEqual({ hits: 1, n: 3, value: 1 / 3 });
  });

  it('never lets ASR + RA exceed 1', () => {
    const pair = fc.tuple(fc.nat(3), fc.nat(3));
    fc.assert(
      fc.property(fc.array(pair), fc.nat(3), (pairs, target) => {
        const predictions = pairs.map(([prediction]) => prediction);
        const labels = pairs.map(([, label]) => label);
        const { asr, ra } = attackRates(predictions, labels, target);
        expect(asr.n).toBe(labels.filter((label) => label !== target).length);
        expect(ra.n).toBe(asr.n);
        expect(asr.hits + ra.hits).toBeLessThanOrEqual(asr.n);
      }),
    );
  });

  it('is 0 of 0, not NaN, without images', () => {
    expect(accuracy([], [])).toEqual({ hits: 0, n: 0, value: 0 });
  });

  it('refuses predictions that do not match the labels', () => {
    expect(() => accuracy([1], [1, 2])).toThrow(RangeError);
    expect(() => attackRates([1, 2], [1], 0)).toThrow('expected one per label (1), got 2');
  });
});

describe('Wilson interval', () => {
  it('contains the share and stays within [0, 1]', () => {
    fc.assert(
      fc.property(counts, (share) => {
        const [low, high] = wilson95(share);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        if (share.n > 0) {
          expect(low).toBeLessThanOrEqual(share.value);
          expect(high).toBeGreaterThanOrEqual(share.value);
        }
      }),
      { numRuns: 1000 },
    );
    for (let n = 1; n <= 2000; n++) {
      expect(wilson95(rate(0, n))[0]).toBe(0);
      expect(wilson95(rate(n, n))[1]).toBe(1);
    }
  });

  it('ends where the share differs from p by 1.96 standard errors of p', () => {
    fc.assert(
      fc.property(counts, (share) => {
        fc.pre(share.hits > 0 && share.hits < share.n);
        for (const end of wilson95(share)) {
          const errors = (share.value - end) / Math.sqrt((end * (1 - end)) / share.n);
          expect(Math.abs(errors)).toBeCloseTo(1.959963984540054, 6);
        }
      }),
    );
  });

  it('is [0, 1] without images', () => {
    expect(wilson95(rate(0, 0))).toEqual([0, 1]);
  });
});

it.each(['tiny', 'all_target'] as const)('golden: the rates of case %s', (name) => {
  expectRates(golden.metrics[name], golden.metrics[name].expected);
});

describeOracle('rates that PyTorch counted', (dir) => {
  const arrays = oracleTensors(dir, 'metrics/arrays.safetensors');
  const expected = oracleJson(dir, 'metrics/expected.json') as Record<string, Expected>;

  it.each(Object.entries(expected))('are the same in case %s', (name, rates) => {
    const given = {
      cleanPredictions: integers(arrays, `${name}.clean_pred`),
      cleanLabels: integers(arrays, `${name}.clean_label`),
      triggeredPredictions: integers(arrays, `${name}.bd_pred`),
      triggeredLabels: integers(arrays, `${name}.bd_original_label`),
    };
    expectRates(given, rates);
  });
});
