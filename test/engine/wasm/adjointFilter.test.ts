/** `FmpAdjointFilter` on WASM against tfjs's operations: it only moves weights. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { composedAdjoint } from '../../../src/core/network/adjoint.ts';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { installFastConvolution } from '../../../src/engine/wasm/fastConvolution.ts';
import { useBackend } from '../../support/backends.ts';

it('moves the weights of any filter as tfjs does', async () => {
  await useBackend('wasm');
  await installFastConvolution();
  const channels = fc.integer({ min: 1, max: 9 });
  const cases = fc.record({
    ...{ k: fc.constantFrom(1, 3), stride: fc.constantFrom(1, 2), ci: channels, co: channels },
  });
  fc.assert(
    fc.property(cases, ({ k, stride, ci, co }) => {
      tf.tidy(() => {
        const filter = tf.add<tf.Tensor4D>(tf.reshape(tf.range(0, k * k * ci * co), [k, k, ci, co]), 1);
        const composed = composedAdjoint(filter, stride);
        const own = runKernel('FmpAdjointFilter', { filter }, { stride });
        expect(own?.shape).toEqual(composed.shape);
        expect(own?.dataSync()).toEqual(composed.dataSync());
      });
    }),
  );
});
