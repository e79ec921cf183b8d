/**
 * PreActResNet as data: which convolutions it has, in which order they run, and where each
 * feature map sits in the global numbering. Width 64 with blocks (2,2,2,2) is PreActResNet18.
 */
export interface Architecture {
  readonly family: 'PreActResNet';
  /** Channels of the stem and of stage 1; stages 2–4 have 2, 4 and 8 times as many. */
  readonly width: number;
  /** Blocks per stage. */
  readonly blocks: readonly number[];
  readonly classes: number;
}

/** What a convolution does in its block. Only a `conv1` feeds its own batch norm (bn2). */
export type ConvRole = 'stem' | 'conv1' | 'conv2' | 'shortcut';

export interface ConvSpec {
  /** Position in execution order: a block's shortcut runs before its conv1. */
  readonly order: number;
  /** PyTorch name without `.weight`, e.g. `layer2.0.conv1`. */
  readonly name: string;
  readonly role: ConvRole;
  /** 0 for the stem, else 1–4. */
  readonly stage: number;
  /** Index into `NetworkPlan.blocks`, or -1 for the stem. */
  readonly block: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  /** Side of the square input and output, pixels. */
  readonly inSize: number;
  readonly outSize: number;
  /** Global index of this convolution's channel 0. */
  readonly offset: number;
}

export interface BlockSpec {
  /** PyTorch prefix, e.g. `layer2.0`. */
  readonly name: string;
  readonly stage: number;
  readonly stride: 1 | 2;
  readonly shortcut: ConvSpec | null;
  readonly conv1: ConvSpec;
  readonly conv2: ConvSpec;
}

export interface NetworkPlan {
  readonly architecture: Architecture;
  readonly stem: ConvSpec;
  readonly blocks: readonly BlockSpec[];
  /** All convolutions in execution order. */
  readonly convs: readonly ConvSpec[];
  /** N: the number of feature maps of all convolutions. */
  readonly maps: number;
  /** Channels of the pooled features that the linear layer reads. */
  readonly features: number;
}

/** Images are square RGB of this side throughout. */
export const IMAGE_SIZE = 32;
export const IMAGE_CHANNELS = 3;

/** @throws RangeError if width, blocks or classes are not positive integers. */
export function planNetwork(architecture: Architecture): NetworkPlan {
  const { width, blocks: depths, classes } = architecture;
  for (const [field, value] of [
    ['width', width],
    ['classes', classes],
    ...depths.map((d, i) => [`blocks[${String(i)}]`, d] as const),
  ] as const) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${field}: expected a positive integer, got ${String(value)}`);
  }
  const convs: ConvSpec[] = [];
  let maps = 0;
  const add = (spec: Omit<ConvSpec, 'order' | 'offset'>): ConvSpec => {
    const conv = { ...spec, order: convs.length, offset: maps };
    convs.push(conv);
    maps += conv.outChannels;
    return conv;
  };
  let size = IMAGE_SIZE;
  let channels = width;
  const stem = add({
    ...{ name: 'conv1', role: 'stem', stage: 0, block: -1, kernel: 3, stride: 1 },
    ...{ inChannels: IMAGE_CHANNELS, outChannels: width, inSize: size, outSize: size },
  });
  const blocks: BlockSpec[] = [];
  depths.forEach((depth, index) => {
    const stage = index + 1;
    const out = width * 2 ** index;
    for (let b = 0; b < depth; b++) {
      const stride = b === 0 && index > 0 ? 2 : 1;
      const outSize = size / stride;
      const name = `layer${String(stage)}.${String(b)}`;
      const common = { stage, block: blocks.length, outChannels: out, outSize };
      const entry = { inChannels: channels, stride, inSize: size } as const;
      const shortcut =
        stride === 2 || channels !== out
          ? add({ ...common, ...entry, name: `${name}.shortcut.0`, role: 'shortcut', kernel: 1 })
          : null;
      const conv1 = add({ ...common, ...entry, name: `${name}.conv1`, role: 'conv1', kernel: 3 });
      const conv2 = add({
        ...common,
        ...{ inChannels: out, stride: 1, inSize: outSize },
        ...{ name: `${name}.conv2`, role: 'conv2', kernel: 3 },
      });
      blocks.push({ name, stage, stride, shortcut, conv1, conv2 });
      size = outSize;
      channels = out;
    }
  });
  return { architecture, stem, blocks, convs, maps, features: channels };
}

/** The convolution and channel of a global feature-map index. @throws RangeError */
export function locateMap(plan: NetworkPlan, index: number): { conv: ConvSpec; channel: number } {
  const conv = plan.convs.findLast((c) => c.offset <= index);
  if (conv === undefined || index >= plan.maps || !Number.isInteger(index))
    throw new RangeError(
      `feature map: expected an integer in [0, ${String(plan.maps - 1)}], got ${String(index)}`,
    );
  return { conv, channel: index - conv.offset };
}

/** Which feature maps may be scored and pruned. `inner` maps feed no residual sum. */
export type MapScope = 'all' | 'main' | 'inner';

/** The convolutions in scope, in execution order. */
export function convsInScope(plan: NetworkPlan, scope: MapScope): readonly ConvSpec[] {
  if (scope === 'inner') return plan.convs.filter((c) => c.role === 'conv1');
  return scope === 'main' ? plan.convs.filter((c) => c.role !== 'shortcut') : plan.convs;
}

/** Global indices of the candidate feature maps, ascending. */
export function mapsInScope(plan: NetworkPlan, scope: MapScope): number[] {
  return convsInScope(plan, scope).flatMap((conv) =>
    Array.from({ length: conv.outChannels }, (_, channel) => conv.offset + channel),
  );
}
