/** Start-up test of each kernel on small operands: against tfjs's own operations on `cpu`. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../../core/memory.ts';
import { adjointFilter, applyAdjoint, filterGradient } from '../../core/network/adjoint.ts';
import { type KernelName, NO_EPILOGUE, runKernel } from '../../core/network/kernels.ts';
import { applyMask } from '../../core/network/mask.ts';
import { createRandom } from '../../core/random.ts';
import { halved } from './half.ts';
import { KERNEL_NAMES, registerKernels, unregisterKernel } from './registered.ts';
import { allowSubgroups } from './subgroups.ts';

/** Largest difference, relative to the largest value, that is rounding. */
const TOLERANCE = 1e-4;
/** The same of products in 16 bits. */
const HALF_TOLERANCE = 3e-3;

type Draw = (...shape: number[]) => tf.Tensor;
type Body = (draw: Draw) => tf.Tensor | null;

interface Case {
  readonly kernel: Body;
  readonly composed: Body;
}

const draw4 = (draw: Draw, ...shape: [number, number, number, number]): tf.Tensor4D =>
  draw(...shape) as tf.Tensor4D;
const draw1 = (draw: Draw, size: number): tf.Tensor1D => draw(size) as tf.Tensor1D;
const channels = (): tf.Tensor1D => tf.tensor1d([2, 0], 'int32');
const channelOf = (x: tf.Tensor4D, c: number): tf.Tensor4D =>
  tf.slice(x, [0, 0, 0, c], [-1, -1, -1, 1]);

const convOperands = (draw: Draw) => ({
  x: draw4(draw, 2, 4, 4, 4),
  // As many channels as the widest tile has columns.
  filter: draw4(draw, 3, 3, 4, 64),
  bias: draw1(draw, 64),
  residual: draw4(draw, 2, 4, 4, 64),
  mask: draw4(draw, 1, 4, 4, 64),
});
const adjointOperands = (draw: Draw) => ({
  x: draw4(draw, 2, 2, 2, 4),
  filter: adjointFilter(draw4(draw, 3, 3, 8, 4), 2),
});
const firstStepOperands = (draw: Draw) => ({
  upstream: draw4(draw, 2, 2, 2, 4),
  filter: draw4(draw, 3, 3, 4, 8),
  mask: draw4(draw, 2, 2, 2, 8),
});
const affineOperands = (draw: Draw) => ({
  ...{ x: draw4(draw, 2, 2, 2, 4), scale: draw1(draw, 4), shift: draw1(draw, 4) },
  ...{ other: draw4(draw, 2, 2, 2, 4), otherScale: draw1(draw, 4) },
});
const stepOperands = (draw: Draw) => ({
  ...{ from: draw4(draw, 2, 2, 2, 3), x: draw4(draw, 2, 2, 2, 3), g: draw4(draw, 2, 2, 2, 3) },
});
const upstreamOperands = (draw: Draw) => ({
  ...{ input: draw4(draw, 4, 2, 2, 4), filter: draw4(draw, 3, 3, 4, 3), bias: draw1(draw, 3) },
  clean: draw4(draw, 2, 2, 2, 3),
});
const gradientOperands = (draw: Draw) => ({
  ...{ x: draw4(draw, 2, 4, 4, 4), dy: draw4(draw, 2, 2, 2, 64) },
});
// So many pixels that the second pass has the threads of a workgroup for each column, too.
const sumOperands = (draw: Draw, width: number) => ({
  ...{ x: draw4(draw, 4, 32, 32, width), dz: draw4(draw, 4, 32, 32, width) },
  ...{ centre: draw1(draw, width), inverse: draw1(draw, width) },
});
const sumsCase = (width: number): Case => ({
  kernel: (draw) => runKernel('FmpChannelSums', sumOperands(draw, width), {}),
  composed: (draw) => {
    const { x, centre, inverse, dz } = sumOperands(draw, width);
    const each = [dz, tf.mul(tf.mul(dz, tf.sub(x, centre)), inverse)];
    return tf.concat(each.map((t) => tf.sum(t, [0, 1, 2])));
  },
});

const CASES: Readonly<Record<KernelName, Case>> = {
  FmpConv: {
    kernel: (draw) =>
      runKernel(
        'FmpConv',
        { ...NO_EPILOGUE, ...convOperands(draw) },
        { stride: 1, pad: 1, relu: true, residualLast: false },
      ),
    composed: (draw) => {
      const { x, filter, bias, residual, mask } = convOperands(draw);
      const sum = tf.add<tf.Tensor4D>(tf.add(tf.conv2d(x, filter, 1, 1), bias), residual);
      return applyMask(tf.relu(sum), tf.step(mask));
    },
  },
  FmpConvPhases: {
    kernel: (draw) =>
      runKernel(
        'FmpConvPhases',
        { ...NO_EPILOGUE, ...adjointOperands(draw) },
        { residualLast: false },
      ),
    composed: (draw) => {
      const { x, filter } = adjointOperands(draw);
      return applyAdjoint(x, filter, 2);
    },
  },
  FmpAffine: {
    kernel: (draw) => runKernel('FmpAffine', affineOperands(draw), { relu: true }),
    composed: (draw) => {
      const { x, scale, shift, other, otherScale } = affineOperands(draw);
      return tf.relu(tf.add(tf.add(tf.mul(x, scale), tf.mul(other, otherScale)), shift));
    },
  },
  FmpFirstStep: {
    kernel: (draw) => {
      const operands = { ...firstStepOperands(draw), channels: channels() };
      return runKernel('FmpFirstStep', operands, { stride: 1, own: false });
    },
    composed: (draw) => {
      const { upstream, filter, mask } = firstStepOperands(draw);
      const each = [2, 0].map((c) => {
        const one = tf.slice(filter, [0, 0, c, 0], [-1, -1, 1, -1]);
        return applyMask(applyAdjoint(channelOf(upstream, c), one, 1), tf.step(mask));
      });
      return tf.concat(each, 0);
    },
  },
  FmpUpstream: {
    kernel: (draw) => {
      const operands = { ...upstreamOperands(draw), channels: channels() };
      return runKernel('FmpUpstream', operands, { stride: 1 });
    },
    composed: (draw) => {
      const { input, filter, bias, clean } = upstreamOperands(draw);
      const f = tf.add<tf.Tensor4D>(tf.conv2d(input, filter, 1, 1), bias);
      const each = [2, 0].map((c, i) => {
        const own = tf.slice(channelOf(f, c), [2 * i, 0, 0, 0], [2, -1, -1, -1]);
        return tf.mul(tf.sub(own, channelOf(clean, c)), 2);
      });
      return tf.concat(each, 0);
    },
  },
  FmpFilterGradient: {
    kernel: (draw) =>
      runKernel('FmpFilterGradient', gradientOperands(draw), { kernel: 3, stride: 2 }),
    composed: (draw) => {
      const { x, dy } = gradientOperands(draw);
      return filterGradient(x, dy, 3, 2);
    },
  },
  FmpChannelSums: sumsCase(4),
  FmpFrgStep: {
    kernel: (draw) => runKernel('FmpFrgStep', stepOperands(draw), { size: 0.2, bound: 0.1 }),
    composed: (draw) => {
      const { from, x, g } = stepOperands(draw);
      const moved = tf.sub(tf.add(from, tf.mul(tf.sign(g), 0.2)), x);
      return tf.clipByValue(tf.add(x, tf.clipByValue(moved, -0.1, 0.1)), 0, 1);
    },
  },
};

/**
 * Registers our kernels with the current backend, `webgpu`, and takes back those that compute
 * something else than tfjs does on `cpu`. @returns those, with the reason of each
 */
export async function startKernels(): Promise<string[]> {
  registerKernels();
  const faults: string[] = [];
  for (const name of KERNEL_NAMES) {
    const fault = await faultOf(CASES[name]);
    if (fault === null) continue;
    unregisterKernel(name);
    faults.push(`${name}: ${fault}`);
  }
  return faults;
}

/** What is wrong with the convolution in 16 bits; null: nothing. It must be allowed. */
export function halfFault(): Promise<string | null> {
  const { kernel, composed } = CASES.FmpConv;
  return faultOf({ kernel: (draw) => halved(() => kernel(draw)), composed }, HALF_TOLERANCE);
}

/**
 * Lets sums use subgroups, if they are right. @param size of the device's largest, in threads
 * @returns what is wrong with them; null: nothing
 */
export async function startSubgroups(size: number): Promise<string | null> {
  allowSubgroups(size);
  // Threads lie 4 and 16 side by side.
  const faults = [await faultOf(sumsCase(4)), await faultOf(sumsCase(64))];
  const fault = faults.find((each) => each !== null) ?? null;
  if (fault !== null) allowSubgroups(0);
  return fault;
}

/** Null if the kernel is right. The current backend stays current. */
async function faultOf({ kernel, composed }: Case, tolerance = TOLERANCE): Promise<string | null> {
  const backend = tf.getBackend();
  try {
    const got = await valuesOf(kernel);
    await tf.setBackend('cpu');
    const expected = await valuesOf(composed);
    const scale = expected.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
    const worst = expected.reduce((top, v, i) => Math.max(top, Math.abs(v - (got[i] ?? NaN))), 0);
    return worst <= tolerance * scale ? null : `off by ${(worst / scale).toExponential(1)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await tf.setBackend(backend);
  }
}

async function valuesOf(body: Body): Promise<Float32Array> {
  const random = createRandom(1, 'kernels');
  const result = tidy(() =>
    body((...shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return tf.tensor(
        Float32Array.from({ length }, () => random.uniform() - 0.5),
        shape,
      );
    }),
  );
  if (result === null) throw new Error('not registered');
  const values = await result.data<'float32'>();
  result.dispose();
  return values;
}
