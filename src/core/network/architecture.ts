/** Which networks exist here, as data: a family, its sizes, and how its tensors are named. */

interface Sizes {
  /** Channels of stage 1; each later stage has twice as many as the one before. */
  readonly width: number;
  /** Blocks per stage. */
  readonly blocks: readonly number[];
  readonly classes: number;
}

/** Pre-activation ResNet with a bare stem; width 64 with blocks 2-2-2-2 is PreActResNet18. */
export interface PreActResNetArchitecture extends Sizes {
  readonly family: 'PreActResNet';
}

/** Post-activation ResNet of basic blocks with a 3×3 stem; 64 and 2-2-2-2 is CIFAR ResNet-18. */
export interface ResNetArchitecture extends Sizes {
  readonly family: 'ResNet';
  /** Prefix of a block's shortcut convolution and batch norm; torchvision's is `downsample`. */
  readonly shortcut: 'shortcut' | 'downsample';
  /** Name of the last layer; torchvision's is `fc`. */
  readonly linear: 'linear' | 'fc';
}

/** Pre-activation WideResNet: three stages of n blocks are WRN-(6n + 4)-(width / 16). */
export interface WideResNetArchitecture extends Sizes {
  readonly family: 'WideResNet';
  /** Channels of the stem, 16 by custom. */
  readonly stem: number;
}

/** VGG with batch norm: stages of 3×3 convolutions, each closed by a max pool. */
export interface VggBnArchitecture {
  readonly family: 'VggBn';
  /** Channels of each convolution, by stage. */
  readonly stages: readonly (readonly number[])[];
  /** Whether the convolutions have biases. */
  readonly bias: boolean;
  /** Names of the linear layers, in order; there is a ReLU between two of them. */
  readonly linears: readonly string[];
  /** Outputs of all linear layers but the last. */
  readonly hidden: readonly number[];
  /**
   * How often the first linear layer reads each channel in the file: 49 behind torchvision's 7×7
   * pool, which copies the one pixel that five pools leave; absent: once.
   */
  readonly copies?: typeof POOL_COPIES;
  readonly classes: number;
}

/** Positions of torchvision's 7×7 pool. */
export const POOL_COPIES = 49;

export type Architecture =
  PreActResNetArchitecture | ResNetArchitecture | WideResNetArchitecture | VggBnArchitecture;

export type Family = Architecture['family'];

/** What a network of each family looks like; for error texts and help. */
export const FAMILIES: Readonly<Record<Family, string>> = {
  PreActResNet: 'PreActResNet (conv1, layer1.0.bn1, …, linear)',
  ResNet: 'CIFAR ResNet of basic blocks (3×3 conv1, bn1, layer1.0.conv1, …, linear or fc)',
  WideResNet: 'WideResNet (conv1, block1.layer.0.bn1, …, bn1, fc)',
  VggBn: 'VGG with batch norm at 32×32 (features.0, features.1, …, classifier)',
};

/** One line for people, e.g. "PreActResNet, width 16, blocks 2-2-2-2, 43 classes". */
export function describeArchitecture(architecture: Architecture): string {
  const classes = `${String(architecture.classes)} classes`;
  if (architecture.family === 'VggBn') {
    const stages = architecture.stages.map((widths) => widths.join('-')).join(' | ');
    return `VggBn, channels ${stages}, ${classes}`;
  }
  const { family, width, blocks } = architecture;
  return `${family}, width ${String(width)}, blocks ${blocks.join('-')}, ${classes}`;
}
