import * as tf from '@tensorflow/tfjs-core';
import type { ConvSpec } from './layers.ts';
import type { StateDict } from './stateDict.ts';

/** w as [k,k,Ci,Co] from PyTorch's [Co,Ci,k,k]. */
export function filter(weights: StateDict, spec: ConvSpec): tf.Tensor4D {
  return tf.transpose(tensor(weights, `${spec.name}.weight`), [2, 3, 1, 0]) as tf.Tensor4D;
}

/** A named tensor of the state dict. @throws Error if the name is unknown (a defect: it is checked) */
export function tensor(weights: StateDict, name: string): tf.Tensor {
  const { data, shape } = values(weights, name);
  return tf.tensor(data, [...shape]);
}

/** The same on the host. @throws Error as `tensor` */
export function values(
  weights: StateDict,
  name: string,
): { readonly data: Float32Array; readonly shape: readonly number[] } {
  const found = weights.get(name);
  if (found === undefined) throw new Error(`state dict has no tensor ${name}`);
  return found;
}
