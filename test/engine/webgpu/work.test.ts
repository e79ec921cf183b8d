/** A guard against lost speed that no clock can blur: the work of a fixed small sweep. */
import { expect, it } from 'vitest';
import { registerKernels, withdrawKernels } from '../../../src/engine/webgpu/registered.ts';
import { countWork, type Work } from './countWork.ts';
import { describeOnGpu } from './gpu.ts';
import { countCalls } from './kernelFlops.ts';
import { tinySweep } from './tinySweep.ts';

/** Four maps of every convolution, two images; with the network and both passes that all share. */
function sweep(steps: number): Work & { readonly flops: number } {
  let flops = 0;
  const work = countWork(() => {
    flops = countCalls(() => {
      tinySweep(steps);
    }).flops;
  });
  return { ...work, flops };
}

const total = ({ dispatches }: Work): number =>
  Object.values(dispatches).reduce((sum, count) => sum + count, 0);

describeOnGpu('the work of a sweep', () => {
  it('is what it was, and far less than with the stock kernels', () => {
    registerKernels();
    const [one, two] = [sweep(1), sweep(2)];
    expect({ one, two }).toMatchInlineSnapshot(`
      {
        "one": {
          "bytes": 39879772,
          "dispatches": {
            "argMinMax": 8,
            "binary": 48,
            "fmpAdjointFilter": 8,
            "fmpAffine": 38,
            "fmpConv": 117,
            "fmpFirstStep": 8,
            "fmpFrgStep": 8,
            "matMulSmallOutputSize": 1,
            "pad": 8,
            "pool2D": 16,
            "transpose": 8,
            "transposeShared": 1,
            "unary": 12,
          },
          "flops": 166905216,
        },
        "two": {
          "bytes": 75910204,
          "dispatches": {
            "argMinMax": 8,
            "binary": 49,
            "fmpAdjointFilter": 8,
            "fmpAffine": 58,
            "fmpConv": 172,
            "fmpFirstStep": 16,
            "fmpFrgStep": 16,
            "fmpUpstream": 8,
            "matMulSmallOutputSize": 1,
            "pad": 8,
            "pool2D": 16,
            "transpose": 8,
            "transposeShared": 1,
            "unary": 38,
          },
          "flops": 285492608,
        },
      }
    `);
    withdrawKernels();
    const [stockOne, stockTwo] = [sweep(1), sweep(2)];
    expect(total(one)).toBeLessThan(0.6 * total(stockOne));
    expect(total(two)).toBeLessThan(total(stockTwo) / 3);
    expect(one.bytes).toBeLessThan(0.6 * stockOne.bytes);
    expect(two.bytes).toBeLessThan(0.6 * stockTwo.bytes);
    // Stride 2 backward reads a filter of which 7 positions in 16 are zero.
    expect(one.flops).toBeLessThan(stockOne.flops);
    expect(two.flops).toBeLessThan(stockTwo.flops);
  });
});
