/**
 * Says when memory did not suffice, or a GPU refused its commands: tfjs goes on with zeros, or with
 * memory that is not its own.
 */
import * as tf from '@tensorflow/tfjs-core';
import { FmpError } from '../core/errors.ts';
import { type DeviceFault, watchDevice } from './webgpu/deviceFaults.ts';
import { destroyFreeBuffers } from './webgpu/submission.ts';

/** What is used of tfjs's WASM backend; its types say `any`. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc: (bytes: number) => number;
    readonly _free: (at: number) => void;
  };
}

/** Memories whose last attempt to grow failed, with what it said. */
const full = new WeakMap<object, string>();
/** Bytes that 32 bits can name. */
const ADDRESSES = 2 ** 32;

const watched = new WeakSet<object>();

/** Watches the memory of the current backend, which is tfjs's WASM backend. */
export function watchWasmMemory(): void {
  const { wasm } = tf.backend() as unknown as WasmBackend;
  const { memory } = wasm.asm;
  if (watched.has(memory)) return;
  watched.add(memory);
  const grow = memory.grow.bind(memory);
  // Emscripten catches this error and tries smaller steps; only the last one counts.
  memory.grow = (pages) => {
    try {
      const before = grow(pages);
      full.delete(memory);
      return before;
    } catch (error) {
      full.set(memory, messageOf(error));
      throw error;
    }
  };
  // The first call replaces the function: what is wrapped must be what it leaves behind.
  wasm._free(wasm._malloc(8));
  const malloc = wasm._malloc.bind(wasm);
  wasm._malloc = (bytes) => {
    // A larger number would be cut to 32 bits, and a small piece handed out.
    const at = bytes < ADDRESSES ? malloc(bytes) : 0;
    if (at === 0 && bytes > 0) throw outOfMemory(`${String(bytes)} bytes were refused`);
    return at;
  };
}

/**
 * Runs work on the current backend; nothing else may run on it meanwhile.
 * @throws FmpError outOfMemory, or backendUnavailable where the GPU refuses a command, in the place
 * of whatever follows from it
 */
export async function guardMemory<T>(body: () => Promise<T>): Promise<T> {
  const finish = watch();
  let result: T;
  try {
    result = await body();
  } catch (error) {
    const failure = (await finish()) ?? allocationFailure(error);
    throw failure === null || error instanceof FmpError ? error : failure;
  }
  const failure = await finish();
  if (failure !== null) throw failure;
  return result;
}

/** From here on; the result, to be called once, says what failed since, or null. */
function watch(): () => Promise<FmpError | null> {
  const name = tf.getBackend();
  if (name === 'webgpu') {
    const finish = watchDevice();
    return async () => {
      const fault = await finish();
      return fault === null ? null : afterFault(fault);
    };
  }
  if (name !== 'wasm') return () => Promise.resolve(null);
  const { memory } = (tf.backend() as unknown as WasmBackend).wasm.asm;
  full.delete(memory);
  return () => {
    const failure = full.get(memory);
    return Promise.resolve(failure === undefined ? null : outOfMemory(failure));
  };
}

function afterFault({ kind, message }: DeviceFault): FmpError {
  // Some may have no memory behind them, and smaller tensors would not fit beside the others.
  destroyFreeBuffers();
  if (kind === 'memory') return outOfMemory(message);
  return new FmpError('the graphics device refused a command', {
    ...{ code: 'backendUnavailable', field: 'backend', got: message },
    expected: 'commands that the device takes',
    remedy: 'run with stock kernels, or choose the WASM backend',
  });
}

/** How browsers, Node and Emscripten say it; null for other errors. */
function allocationFailure(error: unknown): FmpError | null {
  const message = messageOf(error);
  const said =
    error instanceof RangeError
      ? /alloc|memory|too large/i
      : /out of memory|\bOOM\b|enlarge memory/i;
  return said.test(message) ? outOfMemory(message) : null;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

function outOfMemory(got: string): FmpError {
  return new FmpError('the memory does not suffice', {
    ...{ code: 'outOfMemory', got },
    remedy: 'use fewer FRG images or a smaller batch, or close other pages',
  });
}
