/** Start-up test of each kernel on small operands: against tfjs's own operations on `cpu`. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../../core/memory.ts';
import { createRandom } from '../../core/random.ts';
import { halved } from './half.ts';
import type { Body, Case, Draw } from './kernelCase.ts';
import { CASES, SUMS_CASES } from './kernelCases.ts';
import { KERNEL_NAMES, registerKernels, unregisterKernel } from './registered.ts';
import { allowSubgroups } from './subgroups.ts';

/** Largest difference, relative to the largest value, that is rounding. */
const TOLERANCE = 1e-4;
/** The same of products in 16 bits. */
const HALF_TOLERANCE = 3e-3;

/**
 * Registers our kernels with the current backend, `webgpu`, and takes back those that compute
 * something else than tfjs does on `cpu`. @returns those, with the reason of each
 */
export async function startKernels(): Promise<string[]> {
  registerKernels();
  const faults: string[] = [];
  for (const name of KERNEL_NAMES) {
    const fault = await firstFault(CASES[name]);
    if (fault === null) continue;
    unregisterKernel(name);
    faults.push(`${name}: ${fault}`);
  }
  return faults;
}

/** What is wrong with the convolution in 16 bits; null: nothing. It must be allowed. */
export function halfFault(): Promise<string | null> {
  const inHalf = CASES.FmpConv.map(({ kernel, composed }) => ({
    kernel: (draw: Draw) => halved(() => kernel(draw)),
    composed,
  }));
  return firstFault(inHalf, HALF_TOLERANCE);
}

/**
 * Lets sums use subgroups, if they are right. @param size of the device's largest, in threads
 * @returns what is wrong with them; null: nothing
 */
export async function startSubgroups(size: number): Promise<string | null> {
  allowSubgroups(size);
  const fault = await firstFault(SUMS_CASES);
  if (fault !== null) allowSubgroups(0);
  return fault;
}

/** One after the other: a shader that does not compile spoils what is submitted with it. */
async function firstFault(cases: readonly Case[], tolerance = TOLERANCE): Promise<string | null> {
  for (const each of cases) {
    const fault = await faultOf(each, tolerance);
    if (fault !== null) return fault;
  }
  return null;
}

/** Null if the kernel is right. The current backend stays current. */
async function faultOf({ kernel, composed }: Case, tolerance: number): Promise<string | null> {
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
  const draw = (...shape: readonly number[]): tf.Tensor => {
    const length = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length }, () => random.uniform() - 0.5),
      [...shape],
    );
  };
  const result = tidy(() => body(draw as Draw));
  if (result === null) throw new Error('not registered');
  const values = await result.data<'float32'>();
  result.dispose();
  return values;
}
