/** A training that is aborted where nothing listens just then. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Compute } from '../../src/engine/compute.ts';
import { factsOfAsync } from '../support/facts.ts';
import { signedWeights } from '../core/network/tiny.ts';
import { TINY_PLAN } from '../support/weights.ts';
import { tinySpec } from './tinyModel.ts';

const IMAGES = 8;
const normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };
const network = { plan: TINY_PLAN, weights: signedWeights(TINY_PLAN), normalisation };
const data = {
  images: new Uint8Array(IMAGES * 32 * 32 * 3),
  labels: Int32Array.from({ length: IMAGES }, (_, i) => i % 3),
};

describe('an abort while values come back from the device', () => {
  afterEach(() => vi.restoreAllMocks());

  // One worker waits for sums between its steps, several inside them, too.
  it.each([1, 2])(
    'ends a training on %i workers, and frees the worker',
    async (count) => {
      const { handlers } = new Compute();
      const ignore = (): void => undefined;
      const options = { choice: 'cpu', wasmPath: '', allowSoftwareGpu: false } as const;
      await handlers.start(options, ignore);
      await handlers.setNetwork(network, ignore);
      const before = tf.memory().numTensors;
      // As on WebGPU, where values come in a later task.
      let aborted = false;
      const spy = vi.spyOn(tf.Tensor.prototype, 'data');
      spy.mockImplementationOnce(async function (this: tf.Tensor) {
        spy.mockRestore();
        await handlers.abort(null, ignore);
        aborted = true;
        return this.data();
      });
      const input = {
        ...{ ...network, ...data, mask: new Map<string, ReadonlySet<number>>() },
        ...{ mirror: false, seed: 0, spec: { ...tinySpec().fineTune, batchSize: IMAGES } },
      };
      let asked = 0;
      // Once aborted, the engine answers no sums.
      const training = factsOfAsync(() =>
        handlers.fineTune({ input, validation: data, shard: { index: 0, count } }, () => asked++),
      );
      expect((await training).code).toBe('cancelled');
      expect(aborted).toBe(true);
      expect(asked).toBe(0);
      await handlers.setNetwork(network, ignore);
      expect(tf.memory().numTensors).toBe(before);
    },
    10_000,
  );
});
