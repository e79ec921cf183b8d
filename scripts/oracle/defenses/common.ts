/** What the checks of several defenses share: the batch, and vectors over all batch norms. */
import { type Factors, normSlices } from '../../../src/core/defenses/normFactors.ts';
import type { Batch } from '../../../src/core/defenses/batches.ts';
import { createRandom } from '../../../src/core/random.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  type TrainNetwork,
} from '../../../src/core/network/trainState.ts';
import { type CheckResult, near, worstOf } from '../check.ts';
import type { OracleContext } from '../context.ts';

const BATCH = 'defenses/batch.safetensors';
export const LOSS = { abs: 1e-3 };
export const MASK = { abs: 1e-5 };
/** Of a tensor's largest gradient. */
const GRADIENT = { abs: 1e-3 };

export function batchOf({ folder }: OracleContext): Batch {
  return { pixels: folder.images(BATCH, 'x'), labels: folder.integers(BATCH, 'y') };
}

/** The tensors `prefix.<batch norm>` as one vector, in execution order. */
export function normVector(
  { folder, plan }: OracleContext,
  file: string,
  prefix: string,
): Float32Array {
  return Float32Array.from(
    normSlices(plan).flatMap(({ name }) => [...folder.floats(file, `${prefix}.${name}`)]),
  );
}

/** Factors from `<prefix>_w<suffix>.<batch norm>` and `<prefix>_b<suffix>.<batch norm>`. */
export function normFactors(
  context: OracleContext,
  file: string,
  prefix: string,
  suffix: string,
): Factors {
  return {
    gamma: normVector(context, file, `${prefix}_w${suffix}`),
    beta: normVector(context, file, `${prefix}_b${suffix}`),
  };
}

/** Errors as shares of the golden gradient's largest value. */
export function nearGradient(
  name: string,
  got: ArrayLike<number>,
  golden: Float32Array,
): CheckResult {
  const largest = golden.reduce((top, g) => Math.max(top, Math.abs(g)), 0) || 1;
  const scaled = (values: ArrayLike<number>): number[] =>
    Array.from(values, (value) => value / largest);
  return near(name, scaled(got), scaled(golden), GRADIENT);
}

/** One gradient per batch norm, each next to its own largest value. */
export function nearNormGradients(
  name: string,
  { plan }: OracleContext,
  got: Float32Array,
  golden: Float32Array,
): CheckResult {
  const results = normSlices(plan).map((slice) => {
    const part = (values: Float32Array): Float32Array =>
      values.subarray(slice.offset, slice.offset + slice.channels);
    return nearGradient(slice.name, part(got), part(golden));
  });
  return worstOf(name, results);
}

/**
 * Of a pixel: what float32 makes of sums in another order. The second, since twelve moves of the first
 * left webgpu on one side of a tie that WASM crosses.
 */
const ROUNDINGS = [3e-7, 1e-6] as const;
const TRIES = 12;

/**
 * Checks that a ReLU at a tie can fail: its side is rounding alone, and a batch's gradient changes
 * with it by a finite amount (see ../ties.ts). They are made again with pixels that round otherwise,
 * until all hold; a real error holds for none of them.
 */
export async function atSomeRounding(
  context: OracleContext,
  check: (batch: Batch) => Promise<CheckResult[]>,
): Promise<CheckResult[]> {
  const batch = batchOf(context);
  const first = await check(batch);
  const fails = ({ status }: CheckResult): boolean => status === 'fail';
  if (!first.some(fails)) return first;
  const random = createRandom(0, 'rounding');
  for (let i = 0; i < ROUNDINGS.length * TRIES; i++) {
    const rounding = ROUNDINGS[Math.floor(i / TRIES)] ?? 0;
    const moved = batch.pixels.map((v) => v * (1 + rounding * (2 * random.uniform() - 1)));
    const results = await check({ ...batch, pixels: moved });
    if (results.some(fails)) continue;
    return results.map((result, k) => {
      const note = `${result.note}, with another rounding of the pixels`;
      return first[k]?.status === 'fail' ? { ...result, note } : result;
    });
  }
  return first;
}

/** Gives `body` the network in train mode and frees it afterwards. */
export async function withTrainNetwork<T>(
  { plan, weights, normalisation }: OracleContext,
  body: (network: TrainNetwork) => Promise<T>,
): Promise<T> {
  const network = createTrainNetwork(plan, weights, normalisation);
  try {
    return await body(network);
  } finally {
    disposeTrainNetwork(network);
  }
}
