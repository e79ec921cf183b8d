/** Accuracy on clean validation images: what thresholds and counts are chosen by. */
import * as tf from '@tensorflow/tfjs-core';
import { IMAGE_VALUES } from '../attacks/attack.ts';
import { toFloat } from '../augment.ts';
import { tidy } from '../memory.ts';
import { compileNetwork, disposeNetwork } from '../network/evalNetwork.ts';
import { logits } from '../network/forward.ts';
import type { StateDict } from '../network/stateDict.ts';
import type { DefenseInput, DefenseStep, LabelledImages } from './defense.ts';

/** Images per forward pass. */
const BATCH = 64;

/** How much of the accuracy pruning may cost, relative to what it was; the references' number. */
export const LARGEST_DROP = 0.1;

/** Whether an accuracy is too low next to the one before pruning. */
export function fallsTooFar(accuracy: number, before: number): boolean {
  return accuracy < (1 - LARGEST_DROP) * before;
}

/** Images from `from` up to `to`, float32 [to − from,32,32,3] in [0, 1]. */
export function imagesBetween(images: Uint8Array, from: number, to: number): tf.Tensor4D {
  const part = images.subarray(from * IMAGE_VALUES, to * IMAGE_VALUES);
  return tf.tensor4d(toFloat(part), [part.length / IMAGE_VALUES, 32, 32, 3]);
}

/** Accuracy of these weights on the validation images, in [0, 1]; yields after every batch. */
export async function* validationAccuracy(
  { plan, normalisation, validation }: DefenseInput,
  weights: StateDict,
  phase: string,
): AsyncGenerator<DefenseStep, number, void> {
  const total = validation.labels.length;
  const hits = countRight({ plan, normalisation, weights }, validation, [0, total], BATCH);
  let right = 0;
  for await (const step of hits) {
    right = step.right;
    yield { phase, done: step.done, total };
  }
  return right / total;
}

/**
 * How many of the images from one on, to the one before another, these weights classify as their
 * label; says after every batch how many so far, and where the batch ended.
 */
export async function* countRight(
  { plan, normalisation, weights }: Pick<DefenseInput, 'plan' | 'normalisation' | 'weights'>,
  { images, labels }: LabelledImages,
  [begin, end]: readonly [number, number],
  batch: number,
): AsyncGenerator<{ readonly done: number; readonly right: number }, void, void> {
  const network = compileNetwork(plan, weights, normalisation);
  try {
    let right = 0;
    for (let from = begin; from < end; from += batch) {
      const to = Math.min(end, from + batch);
      const classes = tidy(() => tf.argMax(logits(network, imagesBetween(images, from, to)), 1));
      const found = await classes.data<'int32'>();
      classes.dispose();
      right += found.filter((k, i) => k === labels[from + i]).length;
      yield { done: to, right };
    }
  } finally {
    disposeNetwork(network);
  }
}

/** Consecutive parts of at most `size` images: from, and one past the last. */
export function ranges(
  { labels }: LabelledImages,
  size: number,
): (readonly [from: number, to: number])[] {
  return Array.from({ length: Math.ceil(labels.length / size) }, (_, i) => [
    i * size,
    Math.min(labels.length, (i + 1) * size),
  ]);
}
