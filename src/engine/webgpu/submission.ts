/** What tfjs's WebGPU backend has recorded and freed, put out of the way. */
import * as tf from '@tensorflow/tfjs-core';

/** What is used of tfjs's backend; its types hide the lists. */
export interface Recording {
  readonly device: GPUDevice;
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder: () => void;
  submitQueue: () => void;
  readonly bufferManager: {
    /** Buffers that no tensor has, by size and use; entries are never taken out. */
    readonly freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
    numFreeBuffers: number;
    /** Of buffers with and without a tensor. */
    numBytesAllocated: number;
    acquireBuffer: (size: number, ...rest: unknown[]) => GPUBuffer;
  };
}

/** Hands recorded commands to the device; buffers freed since the last time become free by it. */
export function submitRecorded(backend: Recording): void {
  if (backend.commandEncoder == null) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/**
 * Destroys the buffers that the current backend keeps for tensors to come, where it is `webgpu`:
 * tfjs reuses each for just its size and use, and keeps it for ever. Tensors keep theirs, and what
 * was submitted still runs to its end.
 */
export function destroyFreeBuffers(): void {
  if (tf.getBackend() !== 'webgpu') return;
  const backend = tf.backend() as unknown as Recording;
  // What is recorded may still copy from a buffer whose tensor is gone.
  submitRecorded(backend);
  const { bufferManager } = backend;
  // The lists stay: without them tfjs would not take buffers back.
  for (const buffers of bufferManager.freeBuffers.values())
    for (const buffer of buffers.splice(0)) {
      buffer.destroy();
      bufferManager.numFreeBuffers--;
      bufferManager.numBytesAllocated -= buffer.size;
    }
}
