/** Counts what would be asked of the GPU, without asking: nothing is compiled, nothing computed. */
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

export interface Work {
  /** Launches by kernel. */
  readonly dispatches: Readonly<Record<string, number>>;
  /** Of all operands and results of all launches. */
  readonly bytes: number;
}

type Launching = Pick<WebGPUBackend, 'runWebGPUProgram' | 'makeTensorInfo'>;

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Runs `body` on the current backend, `webgpu`, whose results hold no values. */
export function countWork(body: () => void): Work {
  const backend = tf.backend() as unknown as Launching;
  const real = backend.runWebGPUProgram.bind(backend);
  const dispatches: Record<string, number> = {};
  let bytes = 0;
  backend.runWebGPUProgram = (program, inputs, dtype, _uniforms, output) => {
    const [name = ''] = program.shaderKey.split(/[ _]/);
    dispatches[name] = (dispatches[name] ?? 0) + 1;
    const made = output ?? backend.makeTensorInfo(program.outputShape, dtype);
    bytes += [...inputs, made].reduce((sum, { shape }) => sum + 4 * size(shape), 0);
    return made;
  };
  // Else tfjs computes small tensors on the processor.
  const forwards = tf.env().getBool('WEBGPU_CPU_FORWARD');
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  try {
    body();
  } finally {
    backend.runWebGPUProgram = real;
    tf.env().set('WEBGPU_CPU_FORWARD', forwards);
  }
  return { dispatches, bytes };
}
