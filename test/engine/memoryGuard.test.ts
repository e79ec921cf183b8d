import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import { guardMemory, watchWasmMemory } from '../../src/engine/memoryGuard.ts';
import { useBackend } from '../support/backends.ts';
import { factsOfAsync } from '../support/facts.ts';

interface Wasm {
  readonly asm: { readonly memory: WebAssembly.Memory };
  _malloc: (bytes: number) => number;
  readonly _free: (at: number) => void;
}

const GIB = 2 ** 30;

describe('memory that does not suffice, on wasm', () => {
  let wasm: Wasm;
  beforeAll(async () => {
    await useBackend('wasm');
    ({ wasm } = tf.backend() as unknown as { readonly wasm: Wasm });
    watchWasmMemory();
  });

  /** Asks for a tensor of so many bytes, without a copy of it in JavaScript. */
  const makeTensor = (bytes: number) =>
    factsOfAsync(() =>
      guardMemory(() => Promise.resolve(tf.tidy(() => tf.tile(tf.ones([1]), [bytes / 4]).size))),
    );

  it('for a tensor: an error where tfjs would go on at address 0', async () => {
    const before = tf.memory().numTensors;
    // Claimed and not written to, so that it costs nothing.
    const claimed = wasm._malloc(2.2 * GIB);
    const facts = await makeTensor(2.2 * GIB);
    wasm._free(claimed);
    expect(facts.code).toBe('outOfMemory');
    expect(facts.remedy).toContain('fewer FRG images');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('for a tensor beyond what an address can reach, which would wrap around', async () => {
    expect((await makeTensor(4.1 * GIB)).code).toBe('outOfMemory');
  });

  it('inside an operation, whose code hides it', async () => {
    const facts = await factsOfAsync(() =>
      guardMemory(() => {
        expect(() => wasm.asm.memory.grow(2 ** 16)).toThrow(RangeError);
        return Promise.resolve('zeros');
      }),
    );
    expect(facts.code).toBe('outOfMemory');
  });

  it('leaves the backend usable, and is forgotten by the next request', async () => {
    const sum = await guardMemory(async () => {
      const result = tf.tidy(() => tf.sum(tf.ones([64])));
      const [value] = await result.data();
      result.dispose();
      return value;
    });
    expect(sum).toBe(64);
  });

  it.each([
    [new RangeError('Array buffer allocation failed'), true],
    [new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded'), true],
    [new WebAssembly.RuntimeError('Aborted(OOM)'), true],
    [new Error('Cannot enlarge memory arrays'), true],
    [new RangeError('Invalid array length'), false],
    [new Error('the room is full'), false],
    [new FmpError('other', { code: 'badInput' }), false],
  ])('is recognised by what is thrown: %s, %s', async (error, recognised) => {
    const thrown: unknown = await guardMemory(() => Promise.reject(error)).catch(
      (other: unknown) => other,
    );
    if (!recognised) expect(thrown).toBe(error);
    else expect(thrown).toMatchObject({ facts: { code: 'outOfMemory', got: error.message } });
  });
});

/** Reports errors as WebGPU does: to the innermost scope of their kind. */
class FakeDevice {
  readonly limits = { maxStorageBufferBindingSize: 1000, maxBufferSize: 2000 };
  readonly scopes: { readonly filter: string; message: string | null }[] = [];
  lost = false;

  readonly pushErrorScope = (filter: string): void => {
    this.scopes.push({ filter, message: null });
  };

  readonly popErrorScope = (): Promise<{ message: string } | null> => {
    const message = this.scopes.pop()?.message ?? null;
    if (this.lost) return Promise.reject(new Error('the device is lost'));
    return Promise.resolve(message === null ? null : { message });
  };

  report(filter: string, message: string): void {
    const scope = this.scopes.findLast((one) => one.filter === filter);
    if (scope === undefined) throw new Error(`nobody listens for ${filter}`);
    scope.message ??= message;
  }
}

/** As much of tfjs's WebGPU backend as the guard looks at, with one free buffer. */
class FakeBackend extends tf.KernelBackend {
  readonly device = new FakeDevice();
  readonly commandEncoder = null;
  readonly destroyed: number[] = [];
  readonly bufferManager = {
    freeBuffers: new Map([
      ['8_1', [{ size: 8, destroy: (): void => void this.destroyed.push(8) }]],
    ]),
    ...{ numFreeBuffers: 1, numBytesAllocated: 8 },
    acquireBuffer: (size: number): number => size,
  };
  /** tfjs asks for it where a backend is removed. */
  override dispose(): void {
    this.destroyed.length = 0;
  }
}

describe('what a GPU reports', () => {
  let backend: FakeBackend;
  beforeEach(async () => {
    backend = new FakeBackend();
    tf.registerBackend('webgpu', () => backend);
    await tf.setBackend('webgpu');
  });
  afterEach(() => {
    tf.removeBackend('webgpu');
  });

  it.each([
    ['refused commands', ['validation'], 10, 'backendUnavailable', 'validation failed'],
    ['a failing driver', ['internal'], 10, 'backendUnavailable', 'internal failed'],
    ['no memory', ['out-of-memory'], 10, 'outOfMemory', 'out-of-memory failed'],
    // The commands of a buffer without memory are refused, too.
    ['no memory', ['out-of-memory', 'validation'], 10, 'outOfMemory', 'out-of-memory failed'],
    ['a tensor too large to bind', ['validation'], 1001, 'outOfMemory', '1001 bytes'],
    ['a tensor just small enough', ['validation'], 1000, 'backendUnavailable', 'validation failed'],
  ])('%s: %s, %d bytes', async (_, filters, bytes, code, got) => {
    const work = (end: () => Promise<void>) =>
      factsOfAsync(() =>
        guardMemory(() => {
          backend.bufferManager.acquireBuffer(bytes);
          for (const filter of filters) backend.device.report(filter, `${filter} failed`);
          return end();
        }),
      );
    for (const end of [() => Promise.resolve(), () => Promise.reject(new Error('follows'))]) {
      const facts = await work(end);
      expect(facts).toMatchObject({ code, got: expect.stringContaining(got) as string });
      expect(backend.device.scopes).toEqual([]);
    }
    expect(backend.destroyed).toEqual([8]);
    expect(backend.bufferManager).toMatchObject({ numFreeBuffers: 0, numBytesAllocated: 0 });
  });

  it('is nothing: the result, and free buffers stay', async () => {
    expect(await guardMemory(() => Promise.resolve(backend.device.scopes.length))).toBe(3);
    expect(backend.device.scopes).toEqual([]);
    expect(backend.destroyed).toEqual([]);
  });

  it('does not hide that the work was cancelled', async () => {
    const cancelled = new FmpError('cancelled', { code: 'cancelled' });
    const work = guardMemory(() => {
      backend.device.report('validation', 'failed');
      return Promise.reject(cancelled);
    });
    await expect(work).rejects.toBe(cancelled);
  });

  it('is silent once the device is lost, which is said elsewhere', async () => {
    backend.device.lost = true;
    expect(await guardMemory(() => Promise.resolve('result'))).toBe('result');
  });
});
