/**
 * Gradient of one feature map with respect to the image, by hand: the eval-mode network is
 * piecewise linear, so the backward pass is adjoint convolutions and the forward pass's masks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { applyAdjoint } from './adjoint.ts';
import { convOf, type EvalNetwork } from './evalNetwork.ts';
import type { Masks } from './forward.ts';
import { type ConvSpec, inputLayer } from './layers.ts';
import { applyMask } from './mask.ts';
import { maxPoolGradient } from './maxPool.ts';

/**
 * d/dx of Σ f_c · upstream for channels c of one convolution.
 * @param upstream one [N,h,w,1] per channel: the gradient arriving at f_c
 * @param masks of the layers that the convolution depends on, at batch N
 * @returns [channels.length · N, 32, 32, 3], channel-major, pixel units; owned by the caller
 */
export function inputGradient(
  network: EvalNetwork,
  spec: ConvSpec,
  channels: readonly number[],
  upstream: readonly tf.Tensor4D[],
  masks: Masks,
): tf.Tensor4D {
  return tidy(() => {
    const { adjoint } = convOf(network, spec);
    const [k, , , outputs] = adjoint.shape;
    const starts = channels.map((channel, i) => {
      const one = tf.slice(adjoint, [0, 0, channel, 0], [k, k, 1, outputs]);
      return applyAdjoint(upstream[i] as tf.Tensor4D, one, spec.stride);
    });
    const start = starts.length === 1 ? (starts[0] as tf.Tensor4D) : tf.concat(starts, 0);
    if (starts.length > 1) tf.dispose(starts);
    const from = inputLayer(network.plan, spec);
    const gradients: (tf.Tensor4D | undefined)[] = [];
    gradients[from] = start;
    for (let i = from; i > 0; i--) backOne(network, i, gradients, masks);
    return gradients[0] as tf.Tensor4D;
  });
}

/** Hands the gradient at layer i's output on to the layers it reads. */
function backOne(
  network: EvalNetwork,
  i: number,
  gradients: (tf.Tensor4D | undefined)[],
  masks: Masks,
): void {
  const layer = network.plan.layers[i];
  const arrived = gradients[i];
  if (layer === undefined || arrived === undefined) return;
  const mask = masks[i] ?? null;
  /** Takes over its argument. */
  const send = (to: number, gradient: tf.Tensor4D): void => {
    const before = gradients[to];
    gradients[to] = before === undefined ? gradient : tf.add<tf.Tensor4D>(before, gradient);
    if (before !== undefined) tf.dispose([before, gradient]);
  };
  switch (layer.op) {
    case 'input':
      return;
    case 'conv': {
      const { through } = convOf(network, layer.conv);
      send(layer.from, applyAdjoint(arrived, through, layer.conv.stride));
      break;
    }
    case 'batchNorm': {
      const g = mask === null ? tf.clone(arrived) : applyMask(arrived, mask);
      const norm = network.norms[i];
      if (norm?.pending === true) {
        send(layer.from, tf.mul(g, tf.reshape(norm.scale, [-1])));
        g.dispose();
      } else send(layer.from, g);
      break;
    }
    case 'add': {
      const g = mask === null ? tf.clone(arrived) : applyMask(arrived, mask);
      send(layer.from, tf.clone(g));
      send(layer.other, g);
      break;
    }
    case 'maxPool':
      if (mask === null) throw new Error(`layer ${String(i)}: the mask is missing`);
      send(layer.from, maxPoolGradient(arrived, mask));
  }
  arrived.dispose();
  gradients[i] = undefined;
}
