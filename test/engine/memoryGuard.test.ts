import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
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
