/** Logits and every convolution's output on the golden images. */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll } from '../../src/core/memory.ts';
import type { EvalNetwork } from '../../src/core/network/evalNetwork.ts';
import { forwardWithTaps, logits } from '../../src/core/network/forward.ts';
import { near, same, skip, worstOf } from './check.ts';
import {
  type Checks,
  IMAGE_VALUES,
  imageTensor,
  type OracleContext,
  take,
  withNetwork,
} from './context.ts';
import { swapInner } from './folder.ts';

const IO = 'forward/io.safetensors';

interface Config {
  readonly execution_order: readonly {
    readonly channels: number;
    readonly offset: number;
    readonly spatial: number;
  }[];
}

/** @param limit of images, for backends too slow for all */
export async function* forwardChecks(context: OracleContext, limit = Infinity): Checks {
  const { folder, plan, outputs } = context;
  const config = folder.json('forward/config.json') as Config;
  const order = config.execution_order.flatMap((c) => [c.channels, c.offset, c.spatial]);
  const planned = plan.convs.flatMap((c) => [c.outChannels, c.offset, c.outSize]);
  yield same('forward: feature maps in order', planned, order);

  const all = folder.images(IO, 'images');
  const images = all.subarray(0, Math.min(all.length, limit * IMAGE_VALUES));
  const convs = plan.convs.map(
    (spec) => `conv.${String(spec.order).padStart(2, '0')}.${spec.name}`,
  );
  const tapped = Math.min(folder.tensor(IO, convs[0] ?? '').shape[0] ?? 0, limit);
  const { given, taps } = await withNetwork(context, context.weights, async (network) => ({
    given: await networkLogits(network, images),
    taps: await convOutputs(network, images, tapped),
  }));
  const stored = (name: string, got: Float32Array): Float32Array =>
    limit === Infinity ? folder.floats(IO, name) : folder.floats(IO, name).subarray(0, got.length);
  yield near('forward: logits', given, stored('logits', given), outputs);
  yield worstOf(
    'forward: convolution outputs',
    convs.map((name, i) => {
      const got = taps[i] ?? new Float32Array(0);
      return near(name, got, stored(name, got), outputs);
    }),
  );
  yield skip(
    'forward: pooled',
    'never formed here: the last convolution and the linear layer are one product',
  );
}

/** Logits, row-major [n, classes], of float32 images [n,32,32,3]. */
export async function networkLogits(
  network: EvalNetwork,
  images: Float32Array,
): Promise<Float32Array> {
  const x = imageTensor(images, 0, images.length);
  const output = logits(network, x);
  x.dispose();
  return take(output);
}

/** Every convolution's output before batch norm on the first images, channels first. */
export async function convOutputs(
  network: EvalNetwork,
  images: Float32Array,
  count: number,
): Promise<Float32Array[]> {
  const x = imageTensor(images, 0, count);
  const kept: tf.Tensor4D[] = [];
  disposeAll(forwardWithTaps(network, x, (_, f) => kept.push(tf.keep(tf.clone(f)))));
  x.dispose();
  return Promise.all(
    kept.map(async (f) => {
      const [, height, width, channels] = f.shape;
      return swapInner(await take(f), height * width, channels);
    }),
  );
}
