import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitIndices, type SplitSpec } from '../../src/data/split.ts';
import { factsOf } from '../support/facts.ts';

const specOf = (retrainRatio: number, frg: number, test: number, seed = 0): SplitSpec => ({
  ...{ seed, fineTune: { retrainRatio }, frg: { images: frg }, evaluation: { images: test } },
});

const cases = fc
  .record({
    trainCount: fc.integer({ min: 20, max: 400 }),
    testCount: fc.integer({ min: 1, max: 400 }),
    ratio: fc.double({ min: 0.2, max: 1, noNaN: true }),
    frg: fc.integer({ min: 1, max: 3 }),
    images: fc.integer({ min: 1, max: 500 }),
    seed: fc.integer({ min: 0, max: 4294967295 }),
  })
  .map(({ ratio, frg, images, seed, ...counts }) => ({
    ...counts,
    ratio,
    spec: specOf(ratio, frg, images, seed),
  }));

describe('split', () => {
  it('gives the defender a tenth of the signs: 1,800 to train on, 200 to validate', () => {
    const split = splitIndices(20_000, 10_000, specOf(0.1, 32, 2000));
    expect(split.train).toHaveLength(1800);
    expect(split.validation).toHaveLength(200);
    expect(split.frg).toHaveLength(32);
    expect(split.test).toHaveLength(2000);
  });

  it('never trains or scores maps on a validation image', () => {
    fc.assert(
      fc.property(cases, ({ trainCount, testCount, ratio, spec }) => {
        const { train, validation, frg } = splitIndices(trainCount, testCount, spec);
        const own = new Set([...train, ...validation]);
        expect(own.size).toBe(train.length + validation.length);
        expect(own.size).toBe(Math.round(ratio * trainCount));
        expect(validation).toHaveLength(Math.max(1, Math.floor(own.size / 10)));
        for (const index of own) expect(index >= 0 && index < trainCount).toBe(true);
        expect(new Set(frg).size).toBe(spec.frg.images);
        for (const index of frg) expect(train).toContain(index);
      }),
    );
  });

  it('tests on as many different test images as asked for, or on all', () => {
    fc.assert(
      fc.property(cases, ({ trainCount, testCount, spec }) => {
        const { test } = splitIndices(trainCount, testCount, spec);
        expect(test).toHaveLength(Math.min(testCount, spec.evaluation.images));
        expect(test.every((index, i) => i === 0 || index > (test[i - 1] ?? index))).toBe(true);
        expect((test[0] ?? -1) >= 0 && (test.at(-1) ?? testCount) < testCount).toBe(true);
      }),
    );
  });

  it('depends on the seed and on nothing else', () => {
    const [a, b] = [specOf(0.1, 32, 100, 1), specOf(0.1, 32, 100, 2)];
    expect(splitIndices(2000, 500, a)).toEqual(splitIndices(2000, 500, a));
    for (const key of ['train', 'validation', 'frg', 'test'] as const)
      expect(splitIndices(2000, 500, a)[key]).not.toEqual(splitIndices(2000, 500, b)[key]);
  });

  it('asks for more FRG images by adding to the same ones', () => {
    const frg = (images: number): Int32Array =>
      splitIndices(2000, 500, specOf(0.1, images, 100)).frg;
    expect(frg(64).slice(0, 16)).toEqual(frg(16));
  });

  it.each([
    ['fineTune.retrainRatio', specOf(0.01, 1, 10), '0.01 of 100 images'],
    ['frg.images', specOf(0.1, 10, 10), '10'],
  ])('names %s', (field, spec, got) => {
    expect(factsOf(() => splitIndices(100, 100, spec))).toMatchObject({
      ...{ code: 'badInput', field, got },
    });
  });
});
