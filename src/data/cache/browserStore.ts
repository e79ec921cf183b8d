import { openDB } from 'idb';
import { DATASET_NAMES } from '../readers/about.ts';
import type { CacheStore } from './cacheStore.ts';
import { idbStore, type KeyValue } from './idbStore.ts';
import { type Directory, opfsStore } from './opfsStore.ts';

/** The part of `navigator.storage` that is needed; browsers before 2023 lack it. */
export interface PrivateStorage {
  getDirectory?(): Promise<
    Directory & {
      getDirectoryHandle(name: string, options: { create: boolean }): Promise<Directory>;
    }
  >;
}

/**
 * The store of this browser: its private file system, or IndexedDB where that is missing, closed
 * (private windows of some browsers) or read-only outside a lock (Safari before 26).
 * @param storage `navigator.storage`
 * @throws Error (the browser's) where it keeps nothing at all
 */
export async function browserStore(storage: PrivateStorage): Promise<CacheStore> {
  try {
    const root = await storage.getDirectory?.();
    const folder = await root?.getDirectoryHandle('datasets', { create: true });
    if (folder !== undefined && (await canWrite(folder))) return opfsStore(folder, DATASET_NAMES);
  } catch {
    // IndexedDB is the answer to every reason.
  }
  return idbStore(await openTable(), DATASET_NAMES);
}

async function canWrite(folder: Directory): Promise<boolean> {
  const probe = await folder.getFileHandle('probe', { create: true });
  await folder.removeEntry('probe');
  return 'createWritable' in probe;
}

const TABLE = 'datasets';

async function openTable(): Promise<KeyValue> {
  const database = await openDB('fmp-lab', 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore(TABLE);
    },
  });
  return {
    get: (key) => database.get(TABLE, key),
    put: async (key, value) => {
      await database.put(TABLE, value, key);
    },
    delete: (key) => database.delete(TABLE, key),
  };
}
