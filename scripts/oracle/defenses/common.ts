/** What the checks of several defenses share: the batch, and vectors over all batch norms. */
import { type Factors, normSlices } from '../../../src/core/defenses/normFactors.ts';
import type { Batch } from '../../../src/core/defenses/batches.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  type TrainNetwork,
} from '../../../src/core/network/trainState.ts';
import { type CheckResult, near, worstOf } from '../check.ts';
import type { OracleContext } from '../context.ts';
import { atRoundings } from '../roundings.ts';

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

/** The checks of the batch, made again at ties; see `../roundings.ts`. */
export function atSomeRounding(
  context: OracleContext,
  check: (batch: Batch) => Promise<CheckResult[]>,
): Promise<CheckResult[]> {
  const { pixels, labels } = batchOf(context);
  return atRoundings(pixels, (moved) => check({ pixels: moved, labels }));
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
