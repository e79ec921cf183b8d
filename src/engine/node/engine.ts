/** The engine in Node: WASM in worker threads, WebGPU (Dawn) in this thread. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { BackendChoice } from '../../bridge/engineInfo.ts';
import type { EngineApi, OracleApi } from '../../bridge/protocol.ts';
import type { Kernels } from '../backend.ts';
import { Compute } from '../compute.ts';
import { Engine } from '../engine.ts';
import type { Platform } from '../platform.ts';
import { readBytes } from './files.ts';
import { installGpu } from './gpu.ts';
import { spawnThread } from './threads.ts';
import './wasmFeatures.ts';

export interface NodeEngineOptions {
  readonly backend: BackendChoice;
  /** Worker threads; all cores by default. */
  readonly threads?: number;
  readonly kernels?: Kernels;
  /** Folder of the bundled models; `public/` with the embedded data lies beside it. */
  readonly modelsDir: string;
}

/**
 * `auto` means WASM here: Node has no WebGPU of its own, so a GPU is used where it is asked for.
 */
export async function createNodeEngine(options: NodeEngineOptions): Promise<EngineApi & OracleApi> {
  const { modelsDir } = options;
  const backend = options.backend === 'auto' ? 'wasm' : options.backend;
  if (backend === 'webgpu') await installGpu();
  const root = join(modelsDir, '..');
  const platform: Platform = {
    read: async (path, onBytes) => {
      const bytes = await readBytes(isAbsolute(path) ? '' : root, placeOf(path));
      onBytes?.(bytes.length, bytes.length);
      return bytes;
    },
    spawn: spawnThread,
    cores: availableParallelism(),
    wasmPath: wasmFolder(),
    allowSoftwareGpu: true,
    now: () => performance.now() / 1000,
  };
  return new Engine(platform, {
    backend,
    ...(backend === 'wasm' ? {} : { local: new Compute().handlers }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.kernels === undefined ? {} : { kernels: options.kernels }),
  });
}

/** Served paths and where they lie in the repository. */
const placeOf = (path: string): string => (path.startsWith('data/') ? `public/${path}` : path);

/** Where tfjs keeps its WASM binaries, with a trailing slash. */
export function wasmFolder(): string {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return `${join(dirname(entry), '.')}/`;
}
