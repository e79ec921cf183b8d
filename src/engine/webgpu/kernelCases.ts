/**
 * What the start-up test asks of each kernel: the variants that the models' networks run, on small operands.
 * A variant is a shader of its own, so one that is right says nothing of the others. Shapes are such that
 * the cases run the networks' own pipelines, which a run compiles anyway.
 */
import * as tf from '@tensorflow/tfjs-core';
import { applyAdjoint, composedAdjoint } from '../../core/network/adjoint.ts';
import { type KernelName, runKernel } from '../../core/network/kernels.ts';
import { applyMask } from '../../core/network/mask.ts';
import {
  ADJOINT_FILTER_CASES,
  CONV_CASES,
  FILTER_GRADIENT_CASES,
  PHASES_CASES,
} from './convCases.ts';
import { type Case, caseOf } from './kernelCase.ts';

/** Two feature maps, not in order. */
const MAPS = [2, 0];
const channels = (): tf.Tensor1D => tf.tensor1d(MAPS, 'int32');
const channelOf = (x: tf.Tensor4D, c: number): tf.Tensor4D =>
  tf.slice(x, [0, 0, 0, c], [-1, -1, -1, 1]);

/** As the eval network's batch norm: scale as a depthwise filter. */
const normalise = caseOf(
  (draw) => ({ x: draw(2, 2, 2, 4), scale: draw(1, 1, 4, 1), shift: draw(4) }),
  (operands) =>
    runKernel(
      'FmpAffine',
      { ...operands, other: null, otherScale: null, mask: null },
      { relu: true },
    ),
  ({ x, scale, shift }) => tf.relu(tf.add(tf.mul(x, tf.reshape(scale, [4])), shift)),
);

/** As the gradient of the train network's, with a ReLU behind it or without. */
const addScaled = (masked: boolean): Case =>
  caseOf(
    (draw) => ({
      ...{ x: draw(2, 2, 2, 4), scale: draw(4), shift: draw(4) },
      ...{ other: draw(2, 2, 2, 4), otherScale: draw(4) },
      mask: masked ? draw(2, 2, 2, 4) : null,
    }),
    (operands) => runKernel('FmpAffine', operands, { relu: false }),
    ({ x, scale, shift, other, otherScale, mask }) =>
      tf.add(tf.add(tf.mul(behind(x, mask), scale), tf.mul(other, otherScale)), shift),
  );

const behind = (x: tf.Tensor, mask: tf.Tensor | null): tf.Tensor =>
  mask === null ? x : tf.mul(x, tf.step(mask));

/** @param own each map has its own upstream: from the second step of FRG on */
const firstStep = (kernel: number, stride: number, own: boolean): Case =>
  caseOf(
    (draw) => ({
      upstream: own ? draw(4, 2, 2, 1) : draw(2, 2, 2, 4),
      filter: composedAdjoint(draw(kernel, kernel, 8, 4), stride),
      mask: draw(own ? 4 : 2, 2 * stride, 2 * stride, 8),
    }),
    (operands) => runKernel('FmpFirstStep', { ...operands, channels: channels() }, { stride, own }),
    ({ upstream, filter, mask }) => {
      const each = MAPS.map((c, i) => {
        const one = tf.slice(filter, [0, 0, c, 0], [-1, -1, 1, -1]);
        const behind = own
          ? tf.slice(upstream, [2 * i, 0, 0, 0], [2, -1, -1, -1])
          : channelOf(upstream, c);
        return applyAdjoint(behind, one, stride);
      });
      return applyMask(tf.concat(each, 0), tf.step(mask));
    },
  );

const upstream = (kernel: number, stride: number, width: number, biased: boolean): Case =>
  caseOf(
    (draw) => ({
      input: draw(4, 2 * stride, 2 * stride, width),
      filter: draw(kernel, kernel, width, 3),
      bias: biased ? draw(3) : null,
      clean: draw(2, 2, 2, 3),
    }),
    (operands) => runKernel('FmpUpstream', { ...operands, channels: channels() }, { stride }),
    ({ input, filter, bias, clean }) => {
      const sums = tf.conv2d(input, filter, stride, kernel === 3 ? 1 : 0);
      const f = bias === null ? sums : tf.add<tf.Tensor4D>(sums, bias);
      const each = MAPS.map((c, i) => {
        const own = tf.slice(channelOf(f, c), [2 * i, 0, 0, 0], [2, -1, -1, -1]);
        return tf.mul(tf.sub(own, channelOf(clean, c)), 2);
      });
      return tf.concat(each, 0);
    },
  );

/** The gradient has both signs and zeros, which do not move; images serve two maps. */
const frgStep = (projected: boolean): Case =>
  caseOf(
    (draw) => ({
      from: draw(2, 2, 2, 3),
      x: projected ? draw(2, 2, 2, 3) : null,
      g: tf.tensor4d(
        Array.from({ length: 48 }, (_, i) => (i % 3) - 1),
        [4, 2, 2, 3],
      ),
    }),
    (operands) => runKernel('FmpFrgStep', operands, { size: 0.2, bound: 0.1 }),
    ({ from, x, g }) => {
      const moved = tf.add(tf.tile(from, [2, 1, 1, 1]), tf.mul(tf.sign(g), 0.2));
      if (x === null) return tf.clipByValue(moved, 0, 1);
      const centre = tf.tile(x, [2, 1, 1, 1]);
      const near = tf.clipByValue(tf.sub(moved, centre), -0.1, 0.1);
      return tf.clipByValue(tf.add(centre, near), 0, 1);
    },
  );

const sumOf = (t: tf.Tensor): tf.Tensor => tf.sum(t, [0, 1, 2]);

const gradientSums = (masked: boolean): Case =>
  caseOf(
    (draw) => ({
      ...{ x: draw(2, 10, 10, 64), dz: draw(2, 10, 10, 64) },
      ...{ centre: draw(64), inverse: draw(64) },
      mask: masked ? draw(2, 10, 10, 64) : null,
    }),
    (operands) => runKernel('FmpChannelSums', operands, {}),
    ({ x, centre, inverse, dz, mask }) => {
      const kept = behind(dz, mask);
      return tf.concat([sumOf(kept), sumOf(tf.mul(tf.mul(kept, tf.sub(x, centre)), inverse))]);
    },
  );

/**
 * Each of the sums. Rows of the first are so many that the second pass has the threads of a workgroup
 * for each column, too; of the others it has one thread. No last run is full.
 */
export const SUMS_CASES: readonly Case[] = [
  caseOf(
    (draw) => ({ x: draw(4, 33, 32, 4) }),
    ({ x }) =>
      runKernel('FmpChannelSums', { x, centre: null, inverse: null, dz: null, mask: null }, {}),
    ({ x }) => sumOf(x),
  ),
  caseOf(
    (draw) => ({ x: draw(2, 33, 10, 4), centre: draw(4) }),
    (operands) =>
      runKernel('FmpChannelSums', { ...operands, inverse: null, dz: null, mask: null }, {}),
    ({ x, centre }) => sumOf(tf.square(tf.sub(x, centre))),
  ),
  gradientSums(false),
  gradientSums(true),
];

export const CASES: Readonly<Record<KernelName, readonly Case[]>> = {
  FmpConv: CONV_CASES,
  FmpConvPhases: PHASES_CASES,
  FmpAffine: [normalise, addScaled(false), addScaled(true)],
  FmpFirstStep: [
    ...[firstStep(3, 1, false), firstStep(3, 1, true), firstStep(3, 2, false)],
    ...[firstStep(3, 2, true), firstStep(1, 2, false), firstStep(1, 2, true)],
  ],
  FmpUpstream: [
    ...[upstream(3, 1, 4, true), upstream(3, 1, 3, false)],
    ...[upstream(3, 2, 4, false), upstream(1, 2, 4, false)],
  ],
  FmpAdjointFilter: ADJOINT_FILTER_CASES,
  FmpFilterGradient: FILTER_GRADIENT_CASES,
  FmpChannelSums: SUMS_CASES,
  FmpFrgStep: [frgStep(false), frgStep(true)],
};
