/**
 * A network as a graph of layers, in execution order. The forward pass with taps, the input
 * gradient, the train mode, pruning and the count of FLOPs all walk this one list.
 */
import type { Architecture } from './architecture.ts';

/**
 * Where a convolution's maps go. `inner`: they feed no residual sum. `residual`: they feed one
 * (stem, last convolution of a block). `shortcut`: the 1×1 convolution beside a block.
 */
export type ConvRole = 'inner' | 'residual' | 'shortcut';

export interface ConvSpec {
  /** Position in execution order. */
  readonly order: number;
  /** Index of its layer in `NetworkPlan.layers`. */
  readonly layer: number;
  /** PyTorch name without `.weight`, e.g. `layer2.0.conv1`. */
  readonly name: string;
  readonly role: ConvRole;
  /** The batch norm that reads these maps and is the only one to do so, or null. */
  readonly norm: string | null;
  /** 0 for the stem of a residual network, else from 1. */
  readonly stage: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  readonly bias: boolean;
  /** Side of the square input and output, pixels. */
  readonly inSize: number;
  readonly outSize: number;
  /** Global index of this convolution's channel 0. */
  readonly offset: number;
}

/** `from` and `other` are indices of earlier layers: whose output this layer reads. */
export type Layer =
  /** The normalised image; layer 0 and only that. */
  | { readonly op: 'input' }
  | { readonly op: 'conv'; readonly from: number; readonly conv: ConvSpec }
  | BatchNormLayer
  | { readonly op: 'add'; readonly from: number; readonly other: number; readonly relu: boolean }
  /** 2×2 windows at stride 2. */
  | { readonly op: 'maxPool'; readonly from: number };

export interface BatchNormLayer {
  readonly op: 'batchNorm';
  readonly from: number;
  readonly name: string;
  readonly channels: number;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
}

/** y = W·x + b; `name` without `.weight`. */
export interface LinearSpec {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

export interface NetworkPlan<A extends Architecture = Architecture> {
  readonly architecture: A;
  readonly layers: readonly Layer[];
  /** All convolutions in execution order. */
  readonly convs: readonly ConvSpec[];
  /** N: the number of feature maps of all convolutions. */
  readonly maps: number;
  /**
   * What reads the last layer's mean over positions: linear layers with a ReLU between two of them.
   * Dropout, where a network has it there, is left out in train mode, too.
   */
  readonly head: readonly LinearSpec[];
}

/** Images are square RGB of this side throughout. */
export const IMAGE_SIZE = 32;
export const IMAGE_CHANNELS = 3;

/** Indices of the layers that a layer reads. */
export function inputsOf(layer: Layer): readonly number[] {
  if (layer.op === 'input') return [];
  return layer.op === 'add' ? [layer.from, layer.other] : [layer.from];
}

/** For each layer, which layers read it. */
export function readersOf(layers: readonly Layer[]): readonly (readonly number[])[] {
  const readers = layers.map((): number[] => []);
  for (const [i, layer] of layers.entries())
    for (const from of inputsOf(layer)) readers[from]?.push(i);
  return readers;
}

/** For each layer, whether one of `targets` depends on it or is it. */
export function neededFor(layers: readonly Layer[], targets: readonly number[]): boolean[] {
  const needed = layers.map((_, i) => targets.includes(i));
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i];
    if (layer === undefined || needed[i] !== true) continue;
    for (const from of inputsOf(layer)) needed[from] = true;
  }
  return needed;
}

/** Index of the layer that a convolution reads. */
export function inputLayer(plan: NetworkPlan, spec: ConvSpec): number {
  const layer = plan.layers[spec.layer];
  if (layer?.op !== 'conv') throw new Error(`layer ${String(spec.layer)} is not ${spec.name}`);
  return layer.from;
}
