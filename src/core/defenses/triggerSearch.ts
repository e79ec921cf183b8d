/**
 * The smallest trigger that turns images into one class, by Adam on mask and pattern. The weight of
 * the mask's norm rises while the trigger works and falls while it does not.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { EvalNetwork } from '../network/evalNetwork.ts';
import { IMAGE_CHANNELS } from '../network/plan.ts';
import { type AdamConfig, adamStep, adamVector } from './adam.ts';
import { randomBatches } from './batches.ts';
import type { DefenseInput } from './defense.ts';
import { MASK_VALUES, maskNorm, triggerGradients, type TriggerVectors } from './reversedTrigger.ts';

export const NC_ADAM: AdamConfig = { learningRate: 0.1, beta1: 0.5, beta2: 0.9, eps: 1e-8 };

/** Weight of the norm at the start. */
const FIRST_COST = 1e-3;
/** A trigger works where it turns this share of a step's images. */
const WORKS = 0.98;
/** The weight changes after this many steps in a row that agree: up by the first factor. */
const PATIENCE = 5;
const [UP, DOWN] = [2, 2 ** 1.5];

export interface FoundTrigger extends TriggerVectors {
  readonly norm: number;
}

export interface SearchSpec {
  readonly target: number;
  readonly steps: number;
  /** Images per step. */
  readonly images: number;
}

/**
 * Yields its step, from 1. @returns the smallest trigger that worked on a step's images; the first,
 * which covers nearly all of the image, where none did
 */
export async function* searchTrigger(
  network: EvalNetwork,
  input: DefenseInput,
  { target, steps, images }: SearchSpec,
): AsyncGenerator<number, FoundTrigger, void> {
  const mask = adamVector(new Float32Array(MASK_VALUES).fill(1));
  const pattern = adamVector(new Float32Array(MASK_VALUES * IMAGE_CHANNELS).fill(1));
  const copy = (norm: number): FoundTrigger => {
    return { mask: mask.values.slice(), pattern: pattern.values.slice(), norm };
  };
  let best = copy(maskNorm(mask.values));
  let cost = FIRST_COST;
  /** Steps in a row that worked, or, below 0, that did not. */
  let streak = 0;
  let step = 0;
  // The same images for every class, so that their norms differ by the class only.
  for (const { pixels, labels } of randomBatches(input, images, steps, 'ncImages')) {
    const x = tf.tensor4d(pixels, [labels.length, 32, 32, 3]);
    const vectors = { mask: mask.values, pattern: pattern.values };
    const found = await triggerGradients(network, x, target, vectors, cost).finally(() => {
      x.dispose();
    });
    const works = found.hits >= WORKS;
    if (works && found.norm < best.norm) best = copy(found.norm);
    streak = works ? Math.max(0, streak) + 1 : Math.min(0, streak) - 1;
    if (Math.abs(streak) === PATIENCE) {
      cost = works ? cost * UP : cost / DOWN;
      streak = 0;
    }
    step++;
    adamStep(mask, found.mask, step, NC_ADAM);
    adamStep(pattern, found.pattern, step, NC_ADAM);
    yield step;
  }
  return best;
}
