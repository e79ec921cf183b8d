/** What a WebGPU device says of commands that fail: tfjs goes on with zeros or stale memory. */
import * as tf from '@tensorflow/tfjs-core';
import { type Recording, submitRecorded } from './submission.ts';

/** `memory`: smaller tensors may do. `refused`: the device does not take such commands at all. */
export interface DeviceFault {
  readonly kind: 'memory' | 'refused';
  readonly message: string;
}

/** Innermost last: scopes end in the other order. */
const SCOPES: readonly GPUErrorFilter[] = ['validation', 'internal', 'out-of-memory'];

/**
 * From here on, on the current backend, `webgpu`. The result, to be called once, submits what is
 * recorded and says what failed, or null.
 */
export function watchDevice(): () => Promise<DeviceFault | null> {
  const backend = tf.backend() as unknown as Recording;
  const { device, bufferManager } = backend;
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const { acquireBuffer } = bufferManager;
  // Every browser words it differently that a tensor is too large; sizes are the same everywhere.
  let largest = 0;
  bufferManager.acquireBuffer = (size, ...rest) => {
    largest = Math.max(largest, size);
    return acquireBuffer.call(bufferManager, size, ...rest);
  };
  for (const scope of SCOPES) device.pushErrorScope(scope);
  return async () => {
    // Commands left over would fail in the scopes of the next request.
    submitRecorded(backend);
    bufferManager.acquireBuffer = acquireBuffer;
    const [memory, ...others] = await Promise.all(
      SCOPES.map(() =>
        device.popErrorScope().then(
          (error) => error?.message ?? null,
          // The device is lost, which is said elsewhere.
          () => null,
        ),
      ),
    );
    // Without its memory, a tensor's commands are refused, too.
    if (memory != null) return { kind: 'memory', message: memory };
    const message = others.find((error) => error !== null) ?? null;
    if (message === null) return null;
    if (largest <= most) return { kind: 'refused', message };
    return {
      kind: 'memory',
      message: `a tensor of ${String(largest)} bytes, the device takes ${String(most)}: ${message}`,
    };
  };
}
