/**
 * NAD, Neural Attention Distillation: a fine-tuned copy teaches the network where to look. The
 * student's loss is cross-entropy plus the distance of its attention maps from the teacher's, which
 * is frozen in eval mode; the student trains in train mode.
 *
 * Teacher and student take the budget's epochs each, as both take ten in the reference, with the
 * budget's cosine schedule (released: constant in practice). Attention is compared behind the last
 * two stages with weights 500 and 1000. The paper compares it behind every residual group of a
 * three-group network. The released code has a third term on the pooled features: an attention map
 * of one position is always 1, so that term is always 0 and left out.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { compileNetwork, disposeNetwork, type EvalNetwork } from '../network/evalNetwork.ts';
import { layerValues } from '../network/forward.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { GradientTaps } from '../network/trainNetwork.ts';
import {
  type DefenseInput,
  type DefenseOutcome,
  type DefenseStep,
  NOTHING_PRUNED,
} from './defense.ts';
import { spendBudget } from './fineTuning.ts';

/** Weights of the attention terms, that of the last stage last. */
export const NAD_BETAS: readonly number[] = [500, 1000];

/** Added to the length of an attention map before dividing by it. */
const NORM_EPS = 1e-6;

/** So that the student sees other orders and crops than its teacher. */
const STUDENT_SEED = 1;

/**
 * Where attention is compared: at the last sum of each of the last stages, as many as there are
 * betas, ascending; in a network without sums before the stage's pool, for the last pool may leave
 * one position only.
 */
export function attentionLayers({ layers, convs }: NetworkPlan): number[] {
  const stages = [...new Set(convs.map((conv) => conv.stage))].slice(-NAD_BETAS.length);
  return stages.map((stage) => {
    const next = convs.find((conv) => conv.stage > stage)?.layer ?? layers.length;
    const last = layers.slice(0, next).findLastIndex(({ op }) => op === 'add' || op === 'maxPool');
    const layer = layers[last];
    return layer?.op === 'maxPool' ? layer.from : last;
  });
}

/** Sums of squares over channels by position, scaled to length 1: [B,H·W] from [B,H,W,C]. */
export function attention(value: tf.Tensor4D): tf.Tensor2D {
  return tidy(() => {
    const a = energy(value);
    return tf.div<tf.Tensor2D>(a, tf.add(lengths(a), NORM_EPS));
  });
}

/** Mean squared difference of two attention maps. */
export function attentionLoss(student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Scalar {
  return tidy(() => tf.mean<tf.Scalar>(tf.squaredDifference(student, teacher)));
}

/**
 * Gradient of beta · `attentionLoss` at the student's values [B,H,W,C].
 * @param teacher its attention, [B,H·W]
 */
export function attentionGradient(
  value: tf.Tensor4D,
  teacher: tf.Tensor2D,
  beta: number,
): tf.Tensor4D {
  return tidy(() => {
    const [b, h, w] = value.shape;
    const a = energy(value);
    const length = lengths(a);
    const divisor = tf.add(length, NORM_EPS);
    const scaled = tf.div(a, divisor);
    const g = tf.mul(tf.sub(scaled, teacher), (2 * beta) / (b * h * w));
    // q = a / (|a| + eps): what the length takes back, along a / |a|.
    const along = tf.div(tf.sum(tf.mul(g, scaled), 1, true), tf.maximum(length, NORM_EPS));
    const da = tf.div(tf.sub(g, tf.mul(along, a)), divisor);
    return tf.mul<tf.Tensor4D>(tf.mul(value, 2), tf.reshape(da, [b, h, w, 1]));
  });
}

/** Euclidean, of every row: [B,1]. */
const lengths = (rows: tf.Tensor2D): tf.Tensor => tf.sqrt(tf.sum(tf.mul(rows, rows), 1, true));

function energy(value: tf.Tensor4D): tf.Tensor2D {
  const [b, h, w] = value.shape;
  return tf.reshape<tf.Rank.R2>(tf.sum(tf.mul(value, value), 3), [b, h * w]);
}

/** What the attention terms add to the student's gradients on a batch x [B,32,32,3] in [0, 1]. */
export function attentionTaps(
  teacher: EvalNetwork,
  x: tf.Tensor4D,
  betas: readonly number[] = NAD_BETAS,
): GradientTaps {
  const layers = attentionLayers(teacher.plan);
  const maps = tidy(() => layerValues(teacher, x, layers, false).values.map(attention));
  return new Map(
    layers.map((layer, i) => {
      const map = maps[i] as tf.Tensor2D;
      return [layer, (value) => attentionGradient(value, map, betas[i] ?? 0)] as const;
    }),
  );
}

/** See the file's comment. */
export async function* runNad(
  input: DefenseInput,
): AsyncGenerator<DefenseStep, DefenseOutcome, void> {
  const { plan, normalisation, weights, budget } = input;
  const taught = yield* spendBudget(input, weights, { phase: 'teacher' });
  const teacher = compileNetwork(plan, taught, normalisation);
  try {
    const student = yield* spendBudget(input, weights, {
      phase: 'student',
      seed: input.seed + STUDENT_SEED,
      taps: (x) => attentionTaps(teacher, x),
    });
    return {
      weights: student,
      pruned: NOTHING_PRUNED,
      facts: { 'epochs of the teacher': budget.epochs, 'epochs of the student': budget.epochs },
    };
  } finally {
    disposeNetwork(teacher);
  }
}
