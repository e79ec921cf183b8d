/**
 * Starts tfjs on the best backend that computes correctly: WebGPU on a real adapter, then WASM, then
 * plain JavaScript. The only file that knows the backends; each is loaded when it is tried.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { BackendChoice, BackendName } from '../bridge/engineInfo.ts';
import { FmpError } from '../core/errors.ts';
import { watchWasmMemory } from './memoryGuard.ts';
import { selfTest } from './selfTest.ts';
import { isSoftware } from './webgpu/adapter.ts';
import { allowHalf } from './webgpu/half.ts';
import { withdrawKernels } from './webgpu/registered.ts';
import { halfFault, startKernels, startSubgroups } from './webgpu/kernelTest.ts';
import type { OwnFeature } from './webgpu/ownDevice.ts';
import { allowSubgroups, LARGEST_SUBGROUP } from './webgpu/subgroups.ts';
import { installFastConvolution, withdrawFastConvolution } from './wasm/fastConvolution.ts';

export interface BackendOptions {
  readonly choice: BackendChoice;
  /** Folder or URL prefix of the tfjs WASM binaries, with a trailing slash. */
  readonly wasmPath: string;
  /** A software GPU is far slower than WASM: taken only where it is asked for by name. */
  readonly allowSoftwareGpu: boolean;
  readonly kernels?: Kernels;
}

/**
 * `stock`: only tfjs's kernels, to compare with; by default our own where we have some. `half`: ours,
 * and where a GPU has 16-bit arithmetic, FRG images are classified with products of 16 bits.
 */
export type Kernels = 'own' | 'stock' | 'half';

export interface StartedBackend {
  readonly backend: BackendName;
  readonly device: string;
  readonly skipped: readonly { readonly backend: BackendName; readonly reason: string }[];
}

const LADDER: readonly BackendName[] = ['webgpu', 'wasm', 'cpu'];

/**
 * @param onLost called if the graphics device is lost later; every operation fails from then on
 * @throws FmpError backendUnavailable when the named backend (or every one) does not work
 */
export async function startBackend(
  options: BackendOptions,
  onLost: (reason: string) => void = () => undefined,
): Promise<StartedBackend> {
  // Keeps tfjs from advertising its native package on the terminal's stderr.
  tf.enableProdMode();
  const candidates = options.choice === 'auto' ? LADDER : [options.choice];
  const skipped: { backend: BackendName; reason: string }[] = [];
  for (const backend of candidates) {
    try {
      let device = await start(backend, options);
      let error = await selfTest();
      if (error !== null && backend === 'wasm' && withdrawFastConvolution() !== null) {
        device = `${device}, own convolution off: ${error}`;
        error = await selfTest();
      }
      if (error !== null && backend === 'webgpu' && withdrawKernels()) {
        device = `${device}, own kernels off: ${error}`;
        error = await selfTest();
      }
      if (error !== null) throw new Error(error);
      if (backend === 'webgpu') watchDevice(onLost);
      return { backend, device, skipped };
    } catch (error) {
      skipped.push({ backend, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  throw new FmpError('no backend works here', {
    code: 'backendUnavailable',
    field: 'backend',
    got: skipped.map(({ backend, reason }) => `${backend}: ${reason}`).join('; '),
    expected: candidates.join(' or '),
    remedy:
      options.choice === 'auto'
        ? 'use a current version of Chrome, Edge, Firefox or Safari'
        : 'choose backend "auto", which takes the fastest one that works',
  });
}

/** After the loss of its device: the next start makes tfjs's WebGPU backend anew. */
export function renewBackend(): void {
  const factory = tf.findBackendFactory('webgpu');
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', factory);
}

async function start(backend: BackendName, options: BackendOptions): Promise<string> {
  if (backend === 'webgpu') return startWebGpu(options);
  if (backend === 'wasm') return startWasm(options);
  await use('cpu');
  return 'plain JavaScript';
}

async function use(backend: BackendName): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`${backend} does not start`);
  await tf.ready();
}

async function startWasm({ wasmPath, kernels }: BackendOptions): Promise<string> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(wasmPath);
  // Feature maps are spread over workers, which scales better than threads inside one operation.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await use('wasm');
  watchWasmMemory();
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) return 'no SIMD';
  if (kernels === 'stock') {
    withdrawFastConvolution();
    return 'SIMD, stock kernels';
  }
  return (await installFastConvolution()) ? 'relaxed SIMD' : 'SIMD';
}

async function startWebGpu(options: BackendOptions): Promise<string> {
  const gpu = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (gpu === undefined) throw new Error('this browser or device has no WebGPU');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no graphics adapter is available');
  const { vendor, architecture, description } = adapter.info;
  const name = description !== '' ? description : `${vendor} ${architecture}`.trim();
  if (isSoftware(adapter) && !options.allowSoftwareGpu && options.choice !== 'webgpu')
    throw new Error(`${name} is a software adapter, slower than WASM`);
  await import('@tensorflow/tfjs-backend-webgpu');
  const features = ownFeatures(adapter, options);
  if (features.length > 0) await registerOwn(gpu, features);
  const half = features.includes('shader-f16');
  allowHalf(half);
  allowSubgroups(0);
  await use('webgpu');
  // Tensors freed within one submission stay in memory until it is sent: 15 of 128 MB would by default.
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 4);
  if (options.kernels === 'stock') {
    withdrawKernels();
    return `${name}, stock kernels`;
  }
  const faults = await startKernels();
  const subgroups = features.includes('subgroups') ? await subgroupsOf(adapter) : '';
  const precision = options.kernels === 'half' ? await precisionOf(half) : '';
  const stock = faults.length === 0 ? '' : `, stock kernels for ${faults.join('; ')}`;
  return `${name}${subgroups}${precision}${stock}`;
}

/** What the adapter has, our kernels use and tfjs does not ask for. */
function ownFeatures({ features }: GPUAdapter, { kernels }: BackendOptions): OwnFeature[] {
  if (kernels === 'stock') return [];
  const wanted: readonly OwnFeature[] =
    kernels === 'half' ? ['subgroups', 'shader-f16'] : ['subgroups'];
  return wanted.filter((name) => features.has(name));
}

async function registerOwn(gpu: GPU, features: readonly OwnFeature[]): Promise<void> {
  const { registerOwnBackend } = await import('./webgpu/ownDevice.ts');
  registerOwnBackend(async () => {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) throw new Error('no graphics adapter is available');
    return adapter;
  }, features);
}

/** Whether sums over subgroups are taken, for people; only where the self-test agrees. */
async function subgroupsOf({ info }: GPUAdapter): Promise<string> {
  const fault = await startSubgroups(info.subgroupMaxSize ?? LARGEST_SUBGROUP);
  return fault === null ? ', subgroups' : `, subgroups off: ${fault}`;
}

/** Which products are taken, for people; in 16 bits only where the self-test agrees. */
async function precisionOf(half: boolean): Promise<string> {
  if (!half) return ', no 16-bit arithmetic';
  const fault = await halfFault();
  if (fault === null) return ', 16-bit products';
  allowHalf(false);
  return `, 16-bit products off: ${fault}`;
}

/** tfjs itself goes on with zeros after a loss, so someone has to listen. */
function watchDevice(onLost: (reason: string) => void): void {
  const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
  void device.lost.then(({ reason, message }) => {
    onLost(message === '' ? reason : message);
  });
}
