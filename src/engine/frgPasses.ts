/** FRG on a compute worker: the images, and what all feature maps share of the passes over them. */
import type * as tf from '@tensorflow/tfjs-core';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { toBytes } from '../core/augment.ts';
import {
  disposeContext,
  reverse,
  type ReverseConfig,
  type ReverseContext,
} from '../core/frg/reverse.ts';
import type { EvalNetwork } from '../core/network/evalNetwork.ts';
import { locateMap } from '../core/network/plan.ts';
import type { FrgImages, FrgRequest } from './computeContract.ts';
import { byConvolution, classesOf, contextOf } from './networkOps.ts';

type Range = NonNullable<FrgRequest['images']>;

interface Made {
  readonly range: Range;
  readonly context: ReverseContext;
}

export class FrgPasses {
  private images: FrgImages | null = null;
  /** Of parts of the images that do not overlap. */
  private made: readonly Made[] = [];

  /** Frees what was made of the images before. */
  set(images: FrgImages | null): void {
    this.drop();
    this.images = images;
  }

  /** Predicted classes of the FRG images, [maps, images]; `alive` is asked after every step. */
  async classes(
    network: EvalNetwork,
    { maps, images: range = [0, this.count], config, alone = false }: FrgRequest,
    alive: () => Promise<void>,
  ): Promise<Int16Array> {
    const context = this.contextOf(network, range, alone);
    const n = range[1] - range[0];
    const result = new Int16Array(maps.length * n);
    let row = 0;
    for (const [spec, channels] of byConvolution(network, maps)) {
      const images = await ended(reverse(network, context, spec, channels, config), alive);
      const classes = classesOf(network, images);
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
    const context = this.contextOf(network, [0, this.count], false);
    const made = await ended(reverse(network, context, conv, [channel], config), alive);
    const values = await made.data<'float32'>();
    made.dispose();
    return toBytes(values);
  }

  private get count(): number {
    return (this.images?.x.length ?? 0) / IMAGE_VALUES;
  }

  /**
   * Both passes over some of the images. Those over others are kept, too, where they do not overlap
   * and memory has room for them.
   */
  private contextOf(network: EvalNetwork, range: Range, alone: boolean): ReverseContext {
    const known = this.made.find((made) => made.range.join() === range.join());
    if (known !== undefined) return known.context;
    const { images } = this;
    if (images === null) throw new Error('no FRG images are set');
    this.drop((made) => alone || (made.range[0] < range[1] && range[0] < made.range[1]));
    const [from, to] = range.map((image) => image * IMAGE_VALUES);
    const context = contextOf(network, {
      x: images.x.subarray(from, to),
      x0: images.x0.subarray(from, to),
    });
    this.made = [...this.made, { range, context }];
    return context;
  }

  private drop(which: (made: Made) => boolean = () => true): void {
    const [gone, kept] = [this.made.filter(which), this.made.filter((made) => !which(made))];
    this.made = kept;
    for (const { context } of gone) disposeContext(context);
  }
}

/** The result of all steps; `alive` is asked after each. */
export async function ended(
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
