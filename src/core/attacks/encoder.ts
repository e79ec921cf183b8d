/** SSBA's encoder on the current backend: images and a message in, encoded images out. */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../memory.ts';
import { IMAGE_SIZE } from '../network/plan.ts';
import type { StateDict } from '../network/stateDict.ts';
import { DOWN, LAST, OUTPUT, SECRET_SIZE, UP } from './encoderPlan.ts';

type Pair = [number, number];

interface Conv {
  /** [k,k,Ci,Co]. */
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

export interface Encoder {
  /** [100, 768]. */
  readonly secret: tf.Tensor2D;
  readonly secretBias: tf.Tensor1D;
  readonly down: readonly Conv[];
  readonly up: readonly { readonly up: Conv; readonly merge: Conv }[];
  readonly last: Conv;
  readonly output: Conv;
}

/** Padding of the 2×2 convolutions: one row below, one column to the right. */
const BELOW_AND_RIGHT: [Pair, Pair, Pair, Pair] = [
  [0, 0],
  [0, 1],
  [0, 1],
  [0, 0],
];

/** Uploads checked weights; the caller owns the result and frees it with `disposeEncoder`. */
export function compileEncoder(weights: StateDict): Encoder {
  return tidy(() => {
    const conv = ({ name }: { readonly name: string }): Conv => ({
      filter: tf.transpose(tensor(weights, `${name}.weight`), [2, 3, 1, 0]) as tf.Tensor4D,
      bias: tensor(weights, `${name}.bias`) as tf.Tensor1D,
    });
    return {
      secret: tf.transpose(tensor(weights, 'secret_dense.weight')) as tf.Tensor2D,
      secretBias: tensor(weights, 'secret_dense.bias') as tf.Tensor1D,
      down: DOWN.map(conv),
      up: UP.map(({ up, merge }) => ({ up: conv(up), merge: conv(merge) })),
      last: conv(LAST),
      output: conv(OUTPUT),
    };
  });
}

/** @throws Error if the name is unknown (a defect: the weights are checked) */
function tensor(weights: StateDict, name: string): tf.Tensor {
  const found = weights.get(name);
  if (found === undefined) throw new Error(`the encoder has no tensor ${name}`);
  return tf.tensor(found.data, [...found.shape]);
}

/** Frees every tensor of the encoder. */
export function disposeEncoder(encoder: Encoder): void {
  disposeAll(encoder);
}

/**
 * The images with one message hidden in all of them. Channels are put together in PyTorch's order:
 * bits before image, what came down before what comes up, the input last.
 * @param images [n,32,32,3] in [0, 1] @param bits 0 or 1, [100]
 * @returns [n,32,32,3] in [0, 1], owned by the caller
 */
export function encodeMessage(
  encoder: Encoder,
  images: tf.Tensor4D,
  bits: tf.Tensor1D,
): tf.Tensor4D {
  return tidy(() => {
    const secret = tf.tile(secretPicture(encoder, bits), [images.shape[0], 1, 1, 1]);
    const input = tf.concat([secret, images], 3);
    let x = input;
    const skips = encoder.down.map((conv, i) => (x = activate(x, conv, i === 0 ? 1 : 2, 1)));
    skips.pop();
    for (const { up, merge } of encoder.up) {
      const [height, width] = [2 * x.shape[1], 2 * x.shape[2]];
      const doubled = tf.image.resizeNearestNeighbor(x, [height, width]);
      const skip = skips.pop() as tf.Tensor4D;
      const parts = [skip, activate(doubled, up, 1, BELOW_AND_RIGHT)];
      x = activate(tf.concat(skips.length === 0 ? [...parts, input] : parts, 3), merge, 1, 1);
    }
    x = activate(x, encoder.last, 1, 1);
    return tf.sigmoid(
      tf.add<tf.Tensor4D>(tf.conv2d(x, encoder.output.filter, 1, 0), encoder.output.bias),
    );
  });
}

/** The bits as a picture of the image's size, [1,32,32,3]. */
function secretPicture({ secret, secretBias }: Encoder, bits: tf.Tensor1D): tf.Tensor4D {
  const values = tf.relu(tf.add(tf.matMul(tf.reshape(bits, [1, -1]), secret), secretBias));
  const planes = tf.reshape<tf.Rank.R4>(values, [1, 3, SECRET_SIZE, SECRET_SIZE]);
  const small = tf.transpose<tf.Tensor4D>(planes, [0, 2, 3, 1]);
  return tf.image.resizeNearestNeighbor(small, [IMAGE_SIZE, IMAGE_SIZE]);
}

/** relu(x * filter + bias). */
function activate(
  x: tf.Tensor4D,
  { filter, bias }: Conv,
  stride: number,
  pad: number | typeof BELOW_AND_RIGHT,
): tf.Tensor4D {
  return tf.fused.conv2d({ x, filter, strides: stride, pad, bias, activation: 'relu' });
}
