/** Whether a measured rate is the one on a model's card. */
import type { Rate } from '../src/core/metrics.ts';

/**
 * 0.3 points. The cards were measured by PyTorch: rounding in another order moves a few images in
 * ten thousand across a decision border, and JPEGs are decoded by another library here.
 */
export const BOUND = 0.003;
/** A sample may miss the whole by chance: one in 15,000 samples by more than this. */
const DEVIATIONS = 4;

export interface CardRate {
  readonly value: number;
  readonly n: number;
}

export interface Comparison {
  readonly difference: number;
  /** BOUND, and what chance adds where only a sample of the card's images was measured. */
  readonly allowed: number;
  readonly agrees: boolean;
}

/** @param measured on all of the card's images, or on a sample of them */
export function compare(card: CardRate, measured: Rate): Comparison {
  const { value, n } = card;
  const share = measured.n / n;
  const spread =
    share < 1 && measured.n > 0 ? Math.sqrt((value * (1 - value) * (1 - share)) / measured.n) : 0;
  const difference = measured.value - value;
  const allowed = BOUND + DEVIATIONS * spread;
  return { difference, allowed, agrees: measured.n > 0 && Math.abs(difference) <= allowed };
}
