/** A training step as one writes it in tfjs: plain operations and automatic differentiation. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../src/core/memory.ts';
import type { TrainNetwork } from '../src/core/network/trainState.ts';
import { parameter } from '../src/core/network/trainState.ts';

function trainLogits(network: TrainNetwork, x: tf.Tensor4D): tf.Tensor2D {
  const { layers, head } = network.plan;
  const values: tf.Tensor4D[] = [];
  const at = (layer: number): tf.Tensor4D => values[layer] as tf.Tensor4D;
  for (const layer of layers) {
    const relu = (y: tf.Tensor4D): tf.Tensor4D => ('relu' in layer && layer.relu ? tf.relu(y) : y);
    switch (layer.op) {
      case 'input': {
        const { mean, std } = network.normalisation;
        values.push(tf.div(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...std])));
        break;
      }
      case 'conv': {
        const filter = parameter(network, `${layer.conv.name}.weight`) as tf.Tensor4D;
        const pad = layer.conv.kernel === 3 ? 1 : 0;
        values.push(tf.conv2d(at(layer.from), filter, layer.conv.stride, pad));
        break;
      }
      case 'batchNorm': {
        const u = at(layer.from);
        const { mean, variance } = tf.moments(u, [0, 1, 2]);
        const gamma = parameter(network, `${layer.name}.weight`) as tf.Tensor1D;
        const beta = parameter(network, `${layer.name}.bias`) as tf.Tensor1D;
        const statistics = [mean as tf.Tensor1D, variance as tf.Tensor1D] as const;
        values.push(relu(tf.batchNorm4d(u, ...statistics, beta, gamma, 1e-5)));
        break;
      }
      case 'add':
        values.push(relu(tf.add(at(layer.from), at(layer.other))));
        break;
      case 'maxPool':
        values.push(tf.maxPool(at(layer.from), 2, 2, 'valid'));
    }
  }
  let y = tf.mean<tf.Tensor2D>(at(layers.length - 1), [1, 2]);
  for (const [i, { name }] of head.entries()) {
    const weight = parameter(network, `${name}.weight`) as tf.Tensor2D;
    y = tf.add(tf.matMul(i === 0 ? y : tf.relu(y), weight), parameter(network, `${name}.bias`));
  }
  return y;
}

/** Gradients of all parameters of `network`, whose tensors must be variables; by variable name. */
export function autodiffGradients(
  network: TrainNetwork,
  x: tf.Tensor4D,
  labels: tf.Tensor1D,
): tf.NamedTensorMap {
  return tidy(() => {
    const classes = network.plan.architecture.classes;
    const targets = tf.oneHot(labels, classes);
    const loss = (): tf.Scalar => {
      const logProbabilities = tf.logSoftmax(trainLogits(network, x));
      return tf.neg<tf.Scalar>(tf.mean<tf.Scalar>(tf.sum(tf.mul(targets, logProbabilities), 1)));
    };
    return tf.variableGrads(loss).grads;
  });
}

/** The same network with tf.Variable in place of its parameters. */
export function asVariables(network: TrainNetwork): TrainNetwork {
  const parameters = new Map<string, tf.Tensor>();
  for (const [name, value] of network.parameters) parameters.set(name, tf.variable(value));
  return { ...network, parameters };
}
