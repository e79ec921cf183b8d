/** Adam as PyTorch's torch.optim.Adam, on host vectors. */
export interface AdamConfig {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** A vector and what Adam remembers of it. */
export interface AdamVector {
  readonly values: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Starts at these values, which it takes over. */
export function adamVector(values: Float32Array): AdamVector {
  return {
    values,
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
  };
}

/** One step in place. @param step 1 for the first */
export function adamStep(
  { values, first, second }: AdamVector,
  gradient: Float32Array,
  step: number,
  { learningRate, beta1, beta2, eps }: AdamConfig,
): void {
  const [c1, c2] = [1 - beta1 ** step, Math.sqrt(1 - beta2 ** step)];
  gradient.forEach((g, i) => {
    const m = beta1 * (first[i] ?? 0) + (1 - beta1) * g;
    const v = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g;
    [first[i], second[i]] = [m, v];
    values[i] = (values[i] ?? 0) - ((learningRate / c1) * m) / (Math.sqrt(v) / c2 + eps);
  });
}
