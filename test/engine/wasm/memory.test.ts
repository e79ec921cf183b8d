/** What is kept beside tensors in the memory of tfjs's WASM backend. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { logits } from '../../../src/core/network/forward.ts';
import { planNetwork } from '../../../src/core/network/plan.ts';
import { FilterStore, Space, type WasmHeap } from '../../../src/engine/wasm/memory.ts';
import { signedWeights } from '../../core/network/tiny.ts';
import { useBackend } from '../../support/backends.ts';

/** A heap that hands out ever new places, and refuses while it is full. */
function fakeHeap() {
  const held = new Set<number>();
  let next = 8;
  const heap: WasmHeap & { held: Set<number>; full: boolean } = {
    ...{ memory: new WebAssembly.Memory({ initial: 1 }), held, full: false },
    malloc: (bytes) => {
      if (heap.full) return 0;
      const at = next;
      next += bytes;
      held.add(at);
      return at;
    },
    free: (at) => {
      expect(held.delete(at), 'what is freed was handed out').toBe(true);
    },
  };
  return heap;
}

describe('a space', () => {
  it('hands nothing out again that it freed for more than there was room for', () => {
    const heap = fakeHeap();
    const space = new Space(heap);
    const first = space.at(100);
    heap.full = true;
    expect(() => space.at(1000)).toThrow('no room for 1000 bytes');
    expect(() => space.at(50)).toThrow('no room for 50 bytes');
    heap.full = false;
    expect(space.at(50)).not.toBe(first);
    expect(heap.held).toEqual(new Set([space.at(50)]));
  });
});

describe('transformed filters', () => {
  it('are freed with their tensor, and made again for one that comes back', () => {
    const heap = fakeHeap();
    const store = new FilterStore(heap);
    const [gone, stays] = [{}, {}];
    const made: number[] = [];
    const find = (key: object): number => store.find(key, 16, (at) => void made.push(at));
    for (const key of [gone, gone, stays, stays]) find(key);
    const kept = find(stays);
    expect(made).toHaveLength(4);
    const before = heap.held.size;
    store.forget(gone);
    store.forget(gone);
    expect(heap.held.size).toBe(before - 1);
    expect(find(stays)).toBe(kept);
    expect(made).toHaveLength(4);
    find(gone);
    expect(made).toHaveLength(5);
    expect(heap.held.size).toBe(before);
  });
});

/** Bytes that are handed out on the current backend and not yet freed, from now on. */
function watchHeap(): () => number {
  const { wasm } = tf.backend() as unknown as {
    wasm: { _malloc: (bytes: number) => number; _free: (at: number) => void };
  };
  const { _malloc, _free } = wasm;
  const held = new Map<number, number>();
  wasm._malloc = (bytes) => {
    const at = _malloc(bytes);
    held.set(at, bytes);
    return at;
  };
  wasm._free = (at) => {
    held.delete(at);
    _free(at);
  };
  return () => {
    Object.assign(wasm, { _malloc, _free });
    return [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
  };
}

describe('a network on WASM', () => {
  beforeAll(() => useBackend('wasm'));
  const plan = planNetwork({ family: 'PreActResNet', width: 8, blocks: [1, 1], classes: 3 });

  /** Three times: the first time a filter is not kept, the third time it is found. */
  function use(): void {
    const normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };
    const network = compileNetwork(plan, signedWeights(plan), normalisation);
    for (let i = 0; i < 3; i++)
      tf.tidy(() => {
        logits(network, tf.zeros([1, 32, 32, 3]));
      });
    disposeNetwork(network);
  }

  it('leaves nothing in memory when it goes', () => {
    // What all share, and grows once, is there from now on.
    use();
    const left = watchHeap();
    use();
    use();
    expect(left()).toBe(0);
  });
});
