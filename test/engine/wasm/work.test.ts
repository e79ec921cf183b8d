/** A guard against lost speed that no clock can blur: the work of a fixed small sweep. */
import { beforeAll, describe, expect, it } from 'vitest';
import { frgFlops } from '../../../src/core/work.ts';
import { withdrawFastConvolution } from '../../../src/engine/wasm/fastConvolution.ts';
import { useBackend } from '../../support/backends.ts';
import { type Calls, countCalls } from '../webgpu/kernelFlops.ts';
import { SWEEP_CHANNELS, SWEEP_IMAGES, SWEEP_PLAN, tinySweep } from '../webgpu/tinySweep.ts';

const sweep = (steps: number): Calls =>
  countCalls(() => {
    tinySweep(steps);
  });

const total = ({ calls }: Calls): number => Object.values(calls).reduce((a, b) => a + b, 0);

describe('the work of a sweep on WASM', () => {
  beforeAll(() => useBackend('wasm'));

  it('is what it was, and less than with the stock kernels', () => {
    const [one, two] = [sweep(1), sweep(2)];
    expect({ one, two }).toMatchInlineSnapshot(`
      {
        "one": {
          "bytes": 76867436,
          "calls": {
            "Add": 28,
            "ArgMax": 8,
            "AvgPool": 16,
            "BatchMatMul": 1,
            "Cast": 16,
            "ClipByValue": 8,
            "Concat": 8,
            "FmpAdjointFilter": 8,
            "FmpAffine": 38,
            "FmpConv": 137,
            "FmpConvPhases": 9,
            "Identity": 89,
            "Multiply": 28,
            "Neg": 8,
            "PadV2": 8,
            "Reshape": 68,
            "Slice": 64,
            "Step": 28,
            "Sub": 16,
            "Tile": 16,
            "Transpose": 9,
          },
          "flops": 166905216,
        },
        "two": {
          "bytes": 156299084,
          "calls": {
            "Add": 52,
            "ArgMax": 8,
            "AvgPool": 16,
            "BatchMatMul": 1,
            "Cast": 16,
            "ClipByValue": 32,
            "Concat": 16,
            "FmpAdjointFilter": 8,
            "FmpAffine": 118,
            "FmpConv": 397,
            "FmpConvPhases": 21,
            "Identity": 309,
            "Multiply": 72,
            "Neg": 16,
            "PadV2": 8,
            "Reshape": 68,
            "Slice": 192,
            "Step": 148,
            "Sub": 72,
            "Tile": 16,
            "Transpose": 9,
          },
          "flops": 285492608,
        },
      }
    `);
    const putBack = withdrawFastConvolution();
    const [stockOne, stockTwo] = [sweep(1), sweep(2)];
    putBack?.();
    expect(total(one)).toBeLessThan(total(stockOne));
    expect(one.bytes).toBeLessThan(stockOne.bytes);
    expect(one.flops).toBeLessThan(stockOne.flops);
    expect(two.bytes).toBeLessThan(stockTwo.bytes);
    expect(two.flops).toBeLessThan(stockTwo.flops);
  });

  it('is little more than the algorithm asks for', () => {
    const maps = SWEEP_PLAN.convs.flatMap(({ offset }) => SWEEP_CHANNELS.map((c) => offset + c));
    for (const steps of [1, 2]) {
      const asked = frgFlops(SWEEP_PLAN, maps, SWEEP_IMAGES, steps);
      // Both passes that all maps share; the last convolution of an evaluation costs less than counted.
      expect(sweep(steps).flops / asked).toBeLessThan(1.1);
    }
  });
});
