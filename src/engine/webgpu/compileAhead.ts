/** Pipelines of tfjs's WebGPU backend, compiled side by side before anything needs them. */
import * as tf from '@tensorflow/tfjs-core';
import { FmpError } from '../../core/errors.ts';

type Pipeline = GPUComputePipeline | Promise<GPUComputePipeline>;

/** What is used of tfjs's backend; its types hide the cache. */
interface Compiling {
  readonly pipelineCache: Record<string, Pipeline>;
  uploadToGPU: (dataId: object) => void;
  readonly tensorMap: {
    get(dataId: object): { readonly values: unknown; resource: unknown };
  };
}

/** Stands for the memory of a tensor that is never computed. */
const NOWHERE = Object.freeze({});

/**
 * Compiles what the operations of `body` need on the current backend, `webgpu`, and computes
 * nothing: no memory is taken, and tensors that `body` makes hold no values. It must leave none.
 * @param report pipelines compiled so far, of so many that were not there before
 * @throws FmpError backendUnavailable when the driver refuses one; or what `body` threw
 */
export async function compileAhead(
  body: () => Promise<void>,
  report: (done: number, total: number) => void,
): Promise<void> {
  const backend = tf.backend() as unknown as Compiling;
  const upload = backend.uploadToGPU;
  backend.uploadToGPU = (dataId) => {
    const data = backend.tensorMap.get(dataId);
    // What has values is uploaded when it is used in earnest.
    if (data.values == null) data.resource ??= NOWHERE;
  };
  tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
  try {
    await body();
  } finally {
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
    backend.uploadToGPU = upload;
    // Also where the body was stopped: tfjs cannot use a pipeline that is still a promise.
    await settle(backend.pipelineCache, report);
  }
}

async function settle(
  cache: Record<string, Pipeline>,
  report: (done: number, total: number) => void,
): Promise<void> {
  const waiting = Object.entries(cache).filter(
    (entry): entry is [string, Promise<GPUComputePipeline>] => entry[1] instanceof Promise,
  );
  let done = 0;
  const refused: string[] = [];
  report(done, waiting.length);
  await Promise.all(
    waiting.map(async ([key, promise]) => {
      try {
        cache[key] = await promise;
      } catch (error) {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the cache is tfjs's
        delete cache[key];
        refused.push(error instanceof Error ? error.message : String(error));
      }
      report(++done, waiting.length);
    }),
  );
  const [first] = refused;
  if (first === undefined) return;
  throw new FmpError('the graphics driver does not compile a kernel', {
    ...{ code: 'backendUnavailable', field: 'backend', got: first },
    remedy: 'choose the WASM backend, or stock kernels',
  });
}
