import type { Architecture } from './architecture.ts';
import {
  type ConvSpec,
  IMAGE_CHANNELS,
  IMAGE_SIZE,
  type Layer,
  type LinearSpec,
  type NetworkPlan,
  readersOf,
} from './layers.ts';

interface ConvFacts {
  /** PyTorch name without `.weight`. */
  readonly name: string;
  readonly stage: number;
  readonly outChannels: number;
  readonly kernel?: 1 | 3;
  readonly stride?: 1 | 2;
  readonly bias?: boolean;
  /** The 1×1 convolution beside a block. */
  readonly shortcut?: boolean;
}

/**
 * Collects layers in execution order; every method returns the index of the layer it adds. Sizes,
 * feature-map numbers and roles follow from the graph.
 */
export class PlanBuilder {
  private readonly layers: Layer[] = [{ op: 'input' }];
  private readonly convs: ConvSpec[] = [];
  /** Channels and side of each layer's output. */
  private readonly shapes: { readonly channels: number; readonly size: number }[] = [
    { channels: IMAGE_CHANNELS, size: IMAGE_SIZE },
  ];
  private maps = 0;

  conv(from: number, facts: ConvFacts): number {
    const { name, stage, outChannels, kernel = 3, stride = 1, bias = false } = facts;
    const { channels, size } = this.shapeOf(from);
    const conv: ConvSpec = {
      ...{ order: this.convs.length, layer: this.layers.length, name, stage, kernel, stride, bias },
      ...{ role: facts.shortcut === true ? 'shortcut' : 'inner', norm: null },
      ...{ inChannels: channels, outChannels, inSize: size, outSize: size / stride },
      offset: this.maps,
    };
    this.convs.push(conv);
    this.maps += outChannels;
    return this.push({ op: 'conv', from, conv }, outChannels, conv.outSize);
  }

  batchNorm(from: number, name: string, relu: boolean): number {
    const { channels, size } = this.shapeOf(from);
    return this.push({ op: 'batchNorm', from, name, channels, relu }, channels, size);
  }

  add(from: number, other: number, relu: boolean): number {
    const { channels, size } = this.shapeOf(from);
    return this.push({ op: 'add', from, other, relu }, channels, size);
  }

  maxPool(from: number): number {
    const { channels, size } = this.shapeOf(from);
    return this.push({ op: 'maxPool', from }, channels, size / 2);
  }

  /** Channels of a layer's output. */
  channelsOf(layer: number): number {
    return this.shapeOf(layer).channels;
  }

  /** The plan; `linears` are the names and outputs of the head's layers. */
  build<A extends Architecture>(
    architecture: A,
    linears: readonly (readonly [name: string, outputs: number])[],
  ): NetworkPlan<A> {
    let inputs = this.channelsOf(this.layers.length - 1);
    const head = linears.map(([name, outputs]): LinearSpec => {
      const linear = { name, inputs, outputs };
      inputs = outputs;
      return linear;
    });
    const readers = readersOf(this.layers);
    const convs = this.convs.map((conv) => this.placed(conv, readers));
    const layers = this.layers.map((layer): Layer => {
      if (layer.op !== 'conv') return layer;
      return { ...layer, conv: convs[layer.conv.order] ?? layer.conv };
    });
    return { architecture, layers, convs, maps: this.maps, head };
  }

  /** The convolution with what the graph says of its readers. */
  private placed(conv: ConvSpec, readers: readonly (readonly number[])[]): ConvSpec {
    const [first, ...others] = (readers[conv.layer] ?? []).map((i) => this.layers[i]);
    const norm = first?.op === 'batchNorm' && others.length === 0 ? first.name : null;
    const feedsSum = (layer: number): boolean =>
      (readers[layer] ?? []).some((i) => {
        const op = this.layers[i]?.op;
        return op === 'add' || (op !== 'conv' && feedsSum(i));
      });
    if (conv.role === 'shortcut') return { ...conv, norm };
    return { ...conv, norm, role: feedsSum(conv.layer) ? 'residual' : 'inner' };
  }

  private push(layer: Layer, channels: number, size: number): number {
    this.shapes.push({ channels, size });
    return this.layers.push(layer) - 1;
  }

  private shapeOf(layer: number): { readonly channels: number; readonly size: number } {
    const shape = this.shapes[layer];
    if (shape === undefined) throw new RangeError(`there is no layer ${String(layer)} yet`);
    return shape;
  }
}
