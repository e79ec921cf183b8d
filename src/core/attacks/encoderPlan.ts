/**
 * SSBA's encoder as data: a U-Net in StegaStamp's manner (Tancik et al., CVPR 2020) that takes an
 * image and 100 bits and returns the image with the bits hidden in it.
 */
import { MESSAGE_BITS } from './trigger.ts';

/** The bits become a picture of this side, which is doubled to the image's. */
export const SECRET_SIZE = 16;
export const SECRET_VALUES = SECRET_SIZE * SECRET_SIZE * 3;

interface EncoderConv {
  /** PyTorch's name. */
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: 1 | 2 | 3;
}

/** On the way down, 3×3, padding 1: the first at full size, the others at stride 2. */
export const DOWN: readonly EncoderConv[] = [
  { name: 'conv1', inChannels: 6, outChannels: 32, kernel: 3 },
  { name: 'conv2', inChannels: 32, outChannels: 32, kernel: 3 },
  { name: 'conv3', inChannels: 32, outChannels: 64, kernel: 3 },
  { name: 'conv4', inChannels: 64, outChannels: 128, kernel: 3 },
  { name: 'conv5', inChannels: 128, outChannels: 256, kernel: 3 },
];

/**
 * On the way up: a 2×2 convolution of the doubled maps, then a 3×3 one of what came down at this
 * size beside them; at full size the network's input is there, too.
 */
export const UP: readonly { readonly up: EncoderConv; readonly merge: EncoderConv }[] = [
  {
    up: { name: 'up6', inChannels: 256, outChannels: 128, kernel: 2 },
    merge: { name: 'conv6', inChannels: 256, outChannels: 128, kernel: 3 },
  },
  {
    up: { name: 'up7', inChannels: 128, outChannels: 64, kernel: 2 },
    merge: { name: 'conv7', inChannels: 128, outChannels: 64, kernel: 3 },
  },
  {
    up: { name: 'up8', inChannels: 64, outChannels: 32, kernel: 2 },
    merge: { name: 'conv8', inChannels: 64, outChannels: 32, kernel: 3 },
  },
  {
    up: { name: 'up9', inChannels: 32, outChannels: 32, kernel: 2 },
    merge: { name: 'conv9', inChannels: 70, outChannels: 32, kernel: 3 },
  },
];

export const LAST: EncoderConv = { name: 'conv10', inChannels: 32, outChannels: 32, kernel: 3 };
export const OUTPUT: EncoderConv = { name: 'output', inChannels: 32, outChannels: 3, kernel: 1 };

/** Name and shape of every tensor under PyTorch's names and layouts. */
export function encoderShapes(): ReadonlyMap<string, readonly number[]> {
  const convs = [...DOWN, ...UP.flatMap(({ up, merge }) => [up, merge]), LAST, OUTPUT];
  return new Map<string, readonly number[]>([
    ['secret_dense.weight', [SECRET_VALUES, MESSAGE_BITS]],
    ['secret_dense.bias', [SECRET_VALUES]],
    ...convs.flatMap(({ name, inChannels, outChannels, kernel }) => [
      [`${name}.weight`, [outChannels, inChannels, kernel, kernel]] as const,
      [`${name}.bias`, [outChannels]] as const,
    ]),
  ]);
}
