/** One comparison of a kernel with tfjs's own operations. */
import type * as tf from '@tensorflow/tfjs-core';

interface TensorOf {
  1: tf.Tensor1D;
  4: tf.Tensor4D;
}

/** Draws a tensor of this shape, values in [−0.5, 0.5); the same ones, in the same order, every time. */
export type Draw = <S extends readonly [number] | readonly [number, number, number, number]>(
  ...shape: S
) => TensorOf[S['length']];

export type Body = (draw: Draw) => tf.Tensor | null;

export interface Case {
  readonly kernel: Body;
  /** The same composed of tfjs's operations. */
  readonly composed: Body;
}

/** Both bodies on the same operands. */
export function caseOf<T>(
  operands: (draw: Draw) => T,
  kernel: (operands: T) => tf.Tensor | null,
  composed: (operands: T) => tf.Tensor,
): Case {
  return {
    kernel: (draw) => kernel(operands(draw)),
    composed: (draw) => composed(operands(draw)),
  };
}
