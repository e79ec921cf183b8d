/** FLOPs (two per multiply-add) of convolutions and matrix products, from the shapes of a kernel's call. */
import * as tf from '@tensorflow/tfjs-core';

type Shape = readonly number[];
type Infos = Readonly<Record<string, { readonly shape: Shape } | undefined>>;

const size = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** 0 for kernels that are neither. */
export function kernelFlops(name: string, inputs: Infos, output: Shape): number {
  const [k = 0, l = 0, channels = 0, columns = 0] = inputs.filter?.shape ?? [];
  const pixels = size(output) / (output.at(-1) ?? 1);
  switch (name) {
    case 'Conv2D':
    case 'FusedConv2D':
    case 'FmpConv':
      return 2 * pixels * k * l * channels * columns;
    // Of four phases of 2×2 positions 9 are not zero, of a 1×1 filter's one.
    case 'FmpConvPhases':
      return 2 * (pixels / 4) * (k === 2 ? 9 : 1) * channels * (columns / 4);
    // From one channel each.
    case 'FmpFirstStep':
      return columns === output.at(-1)
        ? 2 * pixels * k * l * columns
        : 2 * (pixels / 4) * (k === 2 ? 9 : 1) * (columns / 4);
    case 'FmpUpstream':
      return 2 * pixels * k * l * channels;
    case 'BatchMatMul':
      return 2 * size(output) * (inputs.a?.shape.at(-1) ?? 0);
    default:
      return 0;
  }
}

export interface Calls {
  /** By kernel. */
  readonly calls: Readonly<Record<string, number>>;
  /** Of all operands and results of all calls. */
  readonly bytes: number;
  readonly flops: number;
}

/** Runs `body` and counts the kernels that it asks tfjs for, on any backend. */
export function countCalls(body: () => void): Calls {
  const engine = tf.engine();
  const real = engine.runKernel.bind(engine);
  const calls: Record<string, number> = {};
  let [bytes, flops] = [0, 0];
  const counted: typeof engine.runKernel = (name, inputs, attrs) => {
    const output = real(name, inputs, attrs);
    const made: readonly { readonly shape: Shape }[] = Array.isArray(output) ? output : [output];
    // Operands that are absent may be there as undefined.
    const read = Object.values(inputs as Infos).flatMap((one) => (one === undefined ? [] : [one]));
    calls[name] = (calls[name] ?? 0) + 1;
    for (const { shape } of [...read.flat(), ...made]) bytes += 4 * size(shape);
    flops += kernelFlops(name, inputs, made[0]?.shape ?? []);
    return output as never;
  };
  engine.runKernel = counted;
  try {
    body();
  } finally {
    engine.runKernel = real;
  }
  return { calls: Object.fromEntries(Object.entries(calls).sort()), bytes, flops };
}
