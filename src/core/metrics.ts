/** A share with what it was counted from. */
export interface Rate {
  readonly hits: number;
  readonly n: number;
  /** hits / n in [0, 1]; NaN never: 0 when n is 0. */
  readonly value: number;
}

/** Acc over clean images; ASR and RA over the same triggered images of non-target classes. */
export interface StageMetrics {
  readonly acc: Rate;
  /** Null for a model without a known trigger. */
  readonly asr: Rate | null;
  readonly ra: Rate | null;
}

/** Clean validation images, at most, that a preview of pruning looks at: a person waits for it. */
export const LOOKED_AT = 100;

export function rate(hits: number, n: number): Rate {
  return { hits, n, value: n > 0 ? hits / n : 0 };
}

/** Share of predictions equal to the labels. @throws RangeError on different lengths */
export function accuracy(predictions: ArrayLike<number>, labels: ArrayLike<number>): Rate {
  sameLength(predictions, labels);
  let hits = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) hits++;
  return rate(hits, labels.length);
}

/**
 * ASR and RA over triggered images. Images whose true class is the target are dropped, so
 * ASR + RA <= 1.
 */
export function attackRates(
  predictions: ArrayLike<number>,
  trueLabels: ArrayLike<number>,
  target: number,
): { asr: Rate; ra: Rate } {
  sameLength(predictions, trueLabels);
  let n = 0;
  let fooled = 0;
  let right = 0;
  for (let i = 0; i < trueLabels.length; i++) {
    if (trueLabels[i] === target) continue;
    n++;
    if (predictions[i] === target) fooled++;
    else if (predictions[i] === trueLabels[i]) right++;
  }
  return { asr: rate(fooled, n), ra: rate(right, n) };
}

/** Two-sided 95 % Wilson score interval of a share; [0, 1] when n is 0. */
export function wilson95({ hits, n }: Rate): readonly [low: number, high: number] {
  if (n === 0) return [0, 1];
  const z = 1.959963984540054;
  const share = hits / n;
  const scale = 1 + (z * z) / n;
  const centre = share + (z * z) / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  // Rounding must not put the share itself outside, e.g. 0 hits below a bound of 5e-17.
  const low = Math.min(share, (centre - spread) / scale);
  const high = Math.max(share, (centre + spread) / scale);
  return [Math.max(0, low), Math.min(1, high)];
}

function sameLength(a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length)
    throw new RangeError(
      `predictions: expected one per label (${String(b.length)}), got ${String(a.length)}`,
    );
}
