/** FRG on a compute worker: the images, and what all feature maps share of the passes over them. */
import * as tf from '@tensorflow/tfjs-core';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { toBytes } from '../core/augment.ts';
import {
  disposeContext,
  reverse,
  type ReverseConfig,
  type ReverseContext,
} from '../core/frg/reverse.ts';
import { tidy } from '../core/memory.ts';
import type { EvalNetwork } from '../core/network/evalNetwork.ts';
import { logits } from '../core/network/forward.ts';
import { locateMap } from '../core/network/plan.ts';
import type { FrgImages, FrgRequest } from './computeContract.ts';
import { byConvolution, contextOf } from './networkOps.ts';

type Range = NonNullable<FrgRequest['images']>;

export class FrgPasses {
  private images: FrgImages | null = null;
  private made: { readonly range: Range; readonly context: ReverseContext } | null = null;

  /** Frees what was made of the images before. */
  set(images: FrgImages | null): void {
    this.drop();
    this.images = images;
  }

  /** Predicted classes of the FRG images, [maps, images]; `alive` is asked after every step. */
  async classes(
    network: EvalNetwork,
    { maps, images: range = [0, this.count], config }: FrgRequest,
    alive: () => Promise<void>,
  ): Promise<Int16Array> {
    const context = this.contextOf(network, range);
    const n = range[1] - range[0];
    const result = new Int16Array(maps.length * n);
    let row = 0;
    for (const [spec, channels] of byConvolution(network, maps)) {
      const images = await ended(reverse(network, context, spec, channels, config), alive);
      const classes = tidy(() => tf.argMax(logits(network, images), 1));
      images.dispose();
      result.set(await classes.data(), row * n);
      classes.dispose();
      row += channels.length;
    }
    return result;
  }

  /** FRG images of one feature map, uint8 [images,32,32,3]. */
  async reversed(
    network: EvalNetwork,
    map: number,
    config: ReverseConfig,
    alive: () => Promise<void>,
  ): Promise<Uint8Array> {
    const { conv, channel } = locateMap(network.plan, map);
    const context = this.contextOf(network, [0, this.count]);
    const made = await ended(reverse(network, context, conv, [channel], config), alive);
    const values = await made.data<'float32'>();
    made.dispose();
    return toBytes(values);
  }

  private get count(): number {
    return (this.images?.x.length ?? 0) / IMAGE_VALUES;
  }

  /** Both passes over some of the images; those of the last call are kept. */
  private contextOf(network: EvalNetwork, range: Range): ReverseContext {
    if (this.made?.range.join() === range.join()) return this.made.context;
    const { images } = this;
    if (images === null) throw new Error('no FRG images are set');
    this.drop();
    const [from, to] = range.map((image) => image * IMAGE_VALUES);
    const context = contextOf(network, {
      x: images.x.subarray(from, to),
      x0: images.x0.subarray(from, to),
    });
    this.made = { range, context };
    return context;
  }

  private drop(): void {
    if (this.made !== null) disposeContext(this.made.context);
    this.made = null;
  }
}

/** The result of all steps; `alive` is asked after each. */
async function ended(
  steps: ReturnType<typeof reverse>,
  alive: () => Promise<void>,
): Promise<tf.Tensor4D> {
  let step = steps.next();
  try {
    for (; step.done !== true; step = steps.next()) await alive();
  } catch (error) {
    steps.return(null as never);
    throw error;
  }
  return step.value;
}
