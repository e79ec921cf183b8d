/** Logits and every convolution's output on the golden images. */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll } from '../../src/core/memory.ts';
import type { EvalNetwork } from '../../src/core/network/evalNetwork.ts';
import { forwardWithTaps, logits } from '../../src/core/network/forward.ts';
import type { ConvSpec } from '../../src/core/network/plan.ts';
import { near, same, worstOf } from './check.ts';
import { type Checks, imageTensor, type OracleContext, take, withNetwork } from './context.ts';
import { swapInner } from './folder.ts';

const IO = 'forward/io.safetensors';

interface Config {
  readonly total_feature_maps: number;
  readonly execution_order: readonly {
    readonly name: string;
    readonly channels: number;
    readonly offset: number;
    readonly spatial: number;
  }[];
}

export async function* forwardChecks(context: OracleContext): Checks {
  const { folder, plan } = context;
  const config = folder.json('forward/config.json') as Config;
  const order = config.execution_order.flatMap((c) => [c.channels, c.offset, c.spatial]);
  const planned = plan.convs.flatMap((c) => [c.outChannels, c.offset, c.outSize]);
  yield same('forward: feature maps in order', planned, order);

  const images = folder.images(IO, 'images');
  const count = folder.tensor(IO, 'images').shape[0] ?? 0;
  yield* await withNetwork(context, context.weights, async (network) => {
    const x = imageTensor(images, 0, count);
    const output = await take(logits(network, x));
    x.dispose();
    const outputs = await convOutputs(network, imageTensor(images, 0, tappedImages(context)));
    const convs = plan.convs.map((spec, i) =>
      near(
        spec.name,
        outputs[i] ?? [],
        folder.floats(IO, `conv.${String(i).padStart(2, '0')}.${spec.name}`),
        context.outputs,
      ),
    );
    const pooled = pool(outputs.at(-2), outputs.at(-1), context);
    void pooled;
    return [
      near('forward: logits', output, folder.floats(IO, 'logits'), context.outputs),
      worstOf('forward: convolution outputs', convs),
    ];
  });
}
