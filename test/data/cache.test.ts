import { describe, expect, it } from 'vitest';
import type { CacheStore } from '../../src/data/cache/cacheStore.ts';
import {
  listDatasets,
  loadDataset,
  removeDataset,
  saveDataset,
} from '../../src/data/cache/datasetCache.ts';
import { idbStore, type KeyValue } from '../../src/data/cache/idbStore.ts';
import { type Directory, opfsStore } from '../../src/data/cache/opfsStore.ts';
import { DATASET_NAMES } from '../../src/data/readers/about.ts';
import { openDataset } from '../../src/data/readers/openDataset.ts';
import { factsOfAsync } from '../support/facts.ts';
import { file, hash, records } from './archives.ts';

/** A private file system in memory with a quota. */
class FakeFolder implements Directory {
  readonly files = new Map<string, Uint8Array>();
  quota = Infinity;

  getFileHandle(name: string, { create = false } = {}) {
    if (!this.files.has(name)) {
      if (!create) return Promise.reject(new DOMException('no such file', 'NotFoundError'));
      this.files.set(name, new Uint8Array(0));
    }
    const draft: Uint8Array[] = [];
    return Promise.resolve({
      getFile: () => Promise.resolve(new Blob([new Uint8Array(this.files.get(name) ?? [])])),
      createWritable: () =>
        Promise.resolve({
          write: (piece: Uint8Array) => {
            draft.push(piece);
            return draft.reduce((sum, { length }) => sum + length, 0) > this.quota
              ? Promise.reject(new DOMException('full', 'QuotaExceededError'))
              : Promise.resolve();
          },
          close: () => {
            this.files.set(name, new Uint8Array(Buffer.concat(draft)));
            return Promise.resolve();
          },
          abort: () => Promise.resolve(),
        }),
    });
  }

  removeEntry(name: string): Promise<void> {
    return this.files.delete(name)
      ? Promise.resolve()
      : Promise.reject(new DOMException('no such file', 'NotFoundError'));
  }
}

/** An object store in memory with a quota. */
class FakeTable implements KeyValue {
  readonly values = new Map<string, unknown>();
  quota = Infinity;

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.values.get(key));
  }

  put(key: string, value: unknown): Promise<void> {
    const held = [...this.values.values(), value];
    const bytes = held.reduce<number>((n, v) => n + (v instanceof Uint8Array ? v.length : 0), 0);
    if (bytes > this.quota) return Promise.reject(new DOMException('full', 'QuotaExceededError'));
    this.values.set(key, value);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.values.delete(key);
    return Promise.resolve();
  }
}

interface Setting {
  readonly store: CacheStore;
  /** Allows so many bytes. */
  readonly limit: (bytes: number) => void;
  /** Changes one byte of what is held. */
  readonly damage: (at: number) => void;
  /** How many things are held. */
  readonly held: () => number;
}

const settings: readonly (readonly [string, () => Setting])[] = [
  [
    'the private file system',
    () => {
      const folder = new FakeFolder();
      return {
        store: opfsStore(folder, DATASET_NAMES),
        limit: (bytes) => (folder.quota = bytes),
        damage: (at) => {
          for (const bytes of folder.files.values()) bytes[at] = (bytes[at] ?? 0) ^ 1;
        },
        held: () => folder.files.size,
      };
    },
  ],
  [
    'IndexedDB',
    () => {
      const table = new FakeTable();
      return {
        store: idbStore(table, DATASET_NAMES),
        limit: (bytes) => (table.quota = bytes),
        damage: (at) => {
          const piece = table.values.get('cifar10/0');
          if (piece instanceof Uint8Array) piece[at] = (piece[at] ?? 0) ^ 1;
        },
        held: () => table.values.size,
      };
    },
  ],
];

const openedSet = (train = 1030, test = 5) =>
  openDataset(
    'cifar10',
    [
      file('train.bin', records(Array.from({ length: train }, (_, i) => [i % 10]))),
      file('test.bin', records(Array.from({ length: test }, (_, i) => [(i + 3) % 10]))),
    ],
    { hash },
  );

describe.each(settings)('a data set kept in %s', (_, create) => {
  it('comes back as it was', async () => {
    const { store } = create();
    const opened = await openedSet();
    expect(await loadDataset(store, 'cifar10', { hash })).toBeNull();
    await saveDataset(store, opened, hash);
    const progress: number[] = [];
    const loaded = await loadDataset(store, 'cifar10', {
      hash,
      onProgress: (read, total) => progress.push(read / total),
    });
    expect(loaded).toMatchObject({ classNames: opened.classNames, format: opened.format });
    expect(loaded?.dataset).toMatchObject({ id: 'cifar10', trainCount: 1030, testCount: 5 });
    const some = Int32Array.of(1029, 0, 1024, 1023);
    expect(loaded?.dataset.train(some)).toEqual(opened.dataset.train(some));
    const tests = Int32Array.of(4, 0);
    expect(loaded?.dataset.test(tests)).toEqual(opened.dataset.test(tests));
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  it('is listed by its content and can be deleted', async () => {
    const { store, held } = create();
    const opened = await openedSet(20);
    await saveDataset(store, opened, hash);
    const [first, ...others] = await listDatasets(store);
    expect(first).toMatchObject({ name: 'cifar10', trainCount: 20, testCount: 5 });
    expect(first?.bytes).toBeGreaterThan(25 * 3074);
    expect(others).toEqual([]);
    await saveDataset(store, await openedSet(21), hash);
    const [second] = await listDatasets(store);
    expect(second?.sha256).not.toBe(first?.sha256);
    await saveDataset(store, opened, hash);
    expect((await listDatasets(store))[0]?.sha256).toBe(first?.sha256);
    await removeDataset(store, 'cifar10');
    await removeDataset(store, 'cifar10');
    expect([await listDatasets(store), held()]).toEqual([[], 0]);
  });

  it('is refused and deleted where one byte has changed', async () => {
    const { store, damage, held } = create();
    await saveDataset(store, await openedSet(20), hash);
    damage(4000);
    expect(await loadDataset(store, 'cifar10', { hash })).toBeNull();
    expect(held()).toBe(0);
  });

  it('that finds no room leaves nothing behind and says what to do', async () => {
    const { store, limit, held } = create();
    limit(1_000_000);
    expect(
      await factsOfAsync(async () => saveDataset(store, await openedSet(), hash)),
    ).toMatchObject({
      ...{ code: 'outOfMemory', field: 'cifar10', expected: 'room for 4 MB' },
    });
    expect(held()).toBe(0);
  });

  it('can be cancelled while it is read', async () => {
    const { store } = create();
    await saveDataset(store, await openedSet(), hash);
    const stop = new AbortController();
    const loading = () =>
      loadDataset(store, 'cifar10', {
        ...{ hash, signal: stop.signal },
        onProgress: () => {
          stop.abort();
        },
      });
    expect((await factsOfAsync(loading)).code).toBe('cancelled');
  });
});

it('a file of another version or cut short is not opened', async () => {
  const folder = new FakeFolder();
  const store = opfsStore(folder, DATASET_NAMES);
  await saveDataset(store, await openedSet(20), hash);
  const whole = folder.files.get('cifar10.fmpdata') ?? new Uint8Array(0);
  const older = Buffer.from(whole).toString('latin1').replace('"version":1', '"version":0');
  for (const bytes of [
    new Uint8Array(Buffer.from(older, 'latin1')),
    ...[0, 1, 11, 100, 3074 * 20, whole.length - 1].map((length) => whole.subarray(0, length)),
    ...[1, 100].map((start) => whole.subarray(start)),
  ]) {
    folder.files.set('cifar10.fmpdata', new Uint8Array(bytes));
    expect(await loadDataset(store, 'cifar10', { hash })).toBeNull();
    expect(folder.files.size).toBe(0);
  }
});
