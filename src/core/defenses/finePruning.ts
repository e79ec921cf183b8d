/**
 * FP, Fine-Pruning: the pooled features that clean images activate least are pruned from the first
 * linear layer, as many as the accuracy allows, then the network is fine-tuned by the budget.
 *
 * The paper prunes channels of the last convolution; the pooled features are these channels as the
 * linear layer reads them, and what is pruned is its columns, as released. Activations are signed
 * means over the clean images without augmentation, in eval mode, at the mean over positions. The
 * reference counts by 1 % steps on the test set, masks one feature fewer than it counts and
 * fine-tunes with the first count that is too many: here every count is tried on the clean
 * validation images, and the last one before accuracy falls by more than 10 %, relative, is used.
 * Pruned features stay at zero while fine-tuning where the budget says so.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { compileNetwork, disposeNetwork, type EvalNetwork } from '../network/evalNetwork.ts';
import { layerValues } from '../network/forward.ts';
import type { PruneMask } from '../network/prune.ts';
import type { StateDict } from '../network/stateDict.ts';
import { values } from '../network/weights.ts';
import type { DefenseInput, DefenseOutcome, DefenseStep, LabelledImages } from './defense.ts';
import { fallsTooFar, imagesBetween, ranges } from './evaluate.ts';
import { spendBudget } from './fineTuning.ts';

/** Images per forward pass. */
const BATCH = 64;

/** What the first linear layer reads, [B,C]: means over positions of the last layer, eval mode. */
export function pooledFeatures(network: EvalNetwork, x: tf.Tensor4D): tf.Tensor2D {
  return tidy(() => {
    const last = network.plan.layers.length - 1;
    const value = layerValues(network, x, [last], false).values[0] as tf.Tensor4D;
    const [b, h, w, c] = value.shape;
    return tf.reshape<tf.Rank.R2>(tf.avgPool(value, [h, w], 1, 'valid'), [b, c]);
  });
}

/** Features by ascending mean activation, equal ones by index. @param features [n,C] row-major */
export function ascendingFeatures(features: Float32Array, channels: number): number[] {
  const sums = new Float64Array(channels);
  features.forEach((value, i) => (sums[i % channels] = (sums[i % channels] ?? 0) + value));
  return [...sums.keys()].sort((a, b) => (sums[a] ?? 0) - (sums[b] ?? 0) || a - b);
}

/** The linear layer with these columns at zero. @param name of its weight, [outputs, inputs] */
export function zeroColumns(
  weights: StateDict,
  name: string,
  columns: ReadonlySet<number>,
): StateDict {
  const { data, shape } = values(weights, name);
  const width = shape[1] ?? 1;
  const pruned = data.map((value, i) => (columns.has(i % width) ? 0 : value));
  return new Map([...weights, [name, { shape, data: pruned }]]);
}

/** See the file's comment. */
export async function* runFinePruning(
  input: DefenseInput,
): AsyncGenerator<DefenseStep, DefenseOutcome, void> {
  const name = `${input.plan.head[0]?.name ?? ''}.weight`;
  const { columns, before, after } = yield* chooseColumns(input);
  const maskedInputs: PruneMask = input.budget.mask ? new Map([[name, columns]]) : new Map();
  const pruned = zeroColumns(input.weights, name, columns);
  return {
    weights: yield* spendBudget(input, pruned, { maskedInputs }),
    pruned: { count: columns.size, unit: 'pooled features' },
    facts: { 'validation accuracy before': before, 'validation accuracy when pruned': after },
  };
}

interface Choice {
  readonly columns: ReadonlySet<number>;
  readonly before: number;
  readonly after: number;
}

async function* chooseColumns(input: DefenseInput): AsyncGenerator<DefenseStep, Choice, void> {
  const { plan, weights, normalisation, clean, validation } = input;
  const channels = plan.head[0]?.inputs ?? 0;
  const network = compileNetwork(plan, weights, normalisation);
  try {
    const order = ascendingFeatures(yield* featuresOf(network, clean, 'activations'), channels);
    const held = yield* featuresOf(network, validation, 'validation activations');
    const rows = validation.labels.length;
    const right = async (count: number): Promise<number> => {
      const kept = new Float32Array(channels).fill(1);
      for (const feature of order.slice(0, count)) kept[feature] = 0;
      const predictions = tidy(() => {
        const features = tf.mul<tf.Tensor2D>(tf.tensor2d(held, [rows, channels]), kept);
        return tf.argMax(headLogits(network, features), 1);
      });
      const classes = await predictions.data<'int32'>();
      predictions.dispose();
      return classes.filter((k, i) => k === validation.labels[i]).length / rows;
    };
    const before = await right(0);
    let chosen = { count: 0, accuracy: before };
    for (let count = 1; count < channels; count++) {
      const accuracy = await right(count);
      yield { phase: 'choosing how many', done: count, total: channels };
      if (fallsTooFar(accuracy, before)) break;
      chosen = { count, accuracy };
    }
    return { columns: new Set(order.slice(0, chosen.count)), before, after: chosen.accuracy };
  } finally {
    disposeNetwork(network);
  }
}

/** Pooled features of all images, row-major [n,C]. */
async function* featuresOf(
  network: EvalNetwork,
  data: LabelledImages,
  phase: string,
): AsyncGenerator<DefenseStep, Float32Array, void> {
  const total = data.labels.length;
  const parts: Float32Array[] = [];
  for (const [from, to] of ranges(data, BATCH)) {
    const features = tidy(() => pooledFeatures(network, imagesBetween(data.images, from, to)));
    parts.push(await features.data<'float32'>());
    features.dispose();
    yield { phase, done: to, total };
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The linear layers on features [B,C], ReLU between two of them. */
function headLogits({ head }: EvalNetwork, features: tf.Tensor2D): tf.Tensor2D {
  return head.reduce<tf.Tensor2D>(
    (y, { weight, bias }, i) => tf.add(tf.matMul(i === 0 ? y : tf.relu(y), weight), bias),
    features,
  );
}
