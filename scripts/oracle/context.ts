/** What the checks share: the folder, its network and the backend that computes. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../src/bridge/engineInfo.ts';
import {
  compileNetwork,
  disposeNetwork,
  type EvalNetwork,
  type Normalisation,
} from '../../src/core/network/evalNetwork.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type NetworkPlan } from '../../src/core/network/plan.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { recogniseArchitecture } from '../../src/core/network/recognise.ts';
import type { StateDict } from '../../src/core/network/stateDict.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { installGpu } from '../../src/engine/node/gpu.ts';
import { checkStateDict } from '../../src/formats/stateDict.ts';
import type { CheckResult, Tolerance } from './check.ts';
import { OracleFolder } from './folder.ts';

export interface OracleContext {
  readonly folder: OracleFolder;
  readonly plan: NetworkPlan;
  readonly weights: StateDict;
  readonly normalisation: Normalisation;
  /** Of the network's outputs: float32 on cpu and WASM; a GPU adds up in another order. */
  readonly outputs: Tolerance;
}

/** Yields each result as soon as it is known. */
export type Checks = AsyncGenerator<CheckResult, void, void>;

/** The same for checks that need no arithmetic of a backend. */
export type SyncChecks = Generator<CheckResult, void, void>;

export const IMAGE_VALUES = IMAGE_SIZE * IMAGE_SIZE * IMAGE_CHANNELS;

/** Reads the network of an oracle folder; any width, depth and class count. */
export function openOracle(dir: string, backend: BackendName): OracleContext {
  const folder = new OracleFolder(dir);
  const tensors = folder.tensors('forward/weights.safetensors');
  const plan = planNetwork(recogniseArchitecture(tensors));
  const slack = backend === 'webgpu' ? 10 : 1;
  return {
    ...{ folder, plan, weights: checkStateDict(tensors, plan) },
    normalisation: folder.json('forward/config.json') as Normalisation,
    outputs: { abs: slack * 1e-4, rel: slack * 1e-4 },
  };
}

/** Starts one backend by name. @returns what computes @throws FmpError backendUnavailable */
export async function startNamed(backend: BackendName): Promise<string> {
  if (backend === 'webgpu') await installGpu();
  const wasmPath = wasmFolder();
  return (await startBackend({ choice: backend, wasmPath, allowSoftwareGpu: true })).device;
}

/** float32 images [n,32,32,3] from index `from` on. */
export function imageTensor(values: Float32Array, from: number, count: number): tf.Tensor4D {
  const part = values.subarray(from * IMAGE_VALUES, (from + count) * IMAGE_VALUES);
  return tf.tensor4d(part, [part.length / IMAGE_VALUES, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS]);
}

/** Gives `body` the network with these weights and frees it afterwards. */
export async function withNetwork<T>(
  { plan, normalisation }: OracleContext,
  weights: StateDict,
  body: (network: EvalNetwork) => Promise<T>,
): Promise<T> {
  const network = compileNetwork(plan, weights, normalisation);
  try {
    return await body(network);
  } finally {
    disposeNetwork(network);
  }
}

/** The tensor's values; frees it. */
export async function take(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return values;
}
