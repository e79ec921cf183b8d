/** WebGPU in Node for the benchmarks, with our kernels or tfjs's alone. */
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { startBackend } from '../src/engine/backend.ts';
import { installGpu } from '../src/engine/node/gpu.ts';
import { isSoftware } from '../src/engine/webgpu/adapter.ts';
import { allowHalf, halved, isHalf } from '../src/engine/webgpu/half.ts';
import { registerKernels, withdrawKernels } from '../src/engine/webgpu/registered.ts';
import {
  allowSubgroups,
  LARGEST_SUBGROUP,
  largestSubgroup,
} from '../src/engine/webgpu/subgroups.ts';
import { timed } from './measure.ts';

/** Ours; ours without subgroups; ours with 16-bit products where they are asked for; tfjs's alone. */
export type Kernels = 'own' | 'plain' | 'half' | 'stock';

type Submitting = Pick<
  WebGPUBackend,
  'ensureCommandEncoderReady' | 'endComputePassEncoder' | 'submitQueue' | 'queue'
>;

export interface Gpu {
  readonly device: string;
  /** A driver made of software: sizes shrink, and times say nothing about a GPU. */
  readonly software: boolean;
  /** The GPU tells how long it worked. */
  readonly timestamps: boolean;
  /** Has 16-bit products that pass the self-test. */
  readonly half: boolean;
  /** Threads of its largest subgroup; 0: no subgroups that pass the self-test. */
  readonly subgroup: number;
}

let started: Promise<Gpu | null> | null = null;

/** Null without an adapter. Throws where it computes wrong numbers. */
export function startGpu(log: (line: string) => void): Promise<Gpu | null> {
  started ??= start(log);
  return started;
}

async function start(log: (line: string) => void): Promise<Gpu | null> {
  await installGpu();
  const { gpu } = (globalThis as unknown as { readonly navigator: { readonly gpu: GPU } })
    .navigator;
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return null;
  const { architecture, description, vendor } = adapter.info;
  const name = `${vendor} ${architecture} ${description}`;
  const software = isSoftware(adapter);
  const timestamps = adapter.features.has('timestamp-query');
  const subgroup = adapter.features.has('subgroups')
    ? (adapter.info.subgroupMaxSize ?? LARGEST_SUBGROUP)
    : 0;
  // The self-test compiles for minutes in software; the unit tests make it there.
  if (software) {
    await startSoftware(gpu, subgroup > 0);
    return { device: name.trim(), software, timestamps, half: false, subgroup };
  }
  const options = { choice: 'webgpu', wasmPath: '', allowSoftwareGpu: true } as const;
  const { device } = await startBackend({ ...options, kernels: 'half' });
  log(`WebGPU: ${device}`);
  return { device, software, timestamps, half: halved(isHalf), subgroup: largestSubgroup() };
}

async function startSoftware(gpu: GPU, subgroups: boolean): Promise<void> {
  const { registerOwnBackend } = await import('../src/engine/webgpu/ownDevice.ts');
  registerOwnBackend(
    async () => {
      const adapter = await gpu.requestAdapter();
      if (adapter === null) throw new Error('no graphics adapter is available');
      return adapter;
    },
    subgroups ? ['subgroups'] : [],
  );
  if (!(await tf.setBackend('webgpu'))) throw new Error('WebGPU does not start');
}

export function useKernels({ subgroup }: Gpu, kernels: Kernels): void {
  if (kernels === 'stock') withdrawKernels();
  else registerKernels();
  allowHalf(kernels === 'half');
  allowSubgroups(kernels === 'plain' ? 0 : subgroup);
}

/** Submits what is queued and waits until the GPU has done it. */
export async function finish(): Promise<void> {
  const backend = tf.backend() as unknown as Submitting;
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
  await backend.queue.onSubmittedWorkDone();
}

/**
 * Seconds of what `body` asks of the GPU: by its own clock where it has one, without the processor's
 * work between launches; else until all is done.
 */
export async function gpuSeconds({ timestamps }: Gpu, body: () => void): Promise<number> {
  if (!timestamps)
    return timed(async () => {
      body();
      await finish();
    });
  const { kernelMs } = await tf.time(body);
  if (typeof kernelMs !== 'number') throw new Error(kernelMs.error);
  return kernelMs / 1000;
}
