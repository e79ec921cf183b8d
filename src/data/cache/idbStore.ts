import { joined } from '../archive/chunkReader.ts';
import type { CachedFile, CacheStore } from './cacheStore.ts';

/** A table of values by text; one object store of IndexedDB. */
export interface KeyValue {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * Keeps files in IndexedDB, for browsers whose private file system cannot be written to. Pieces
 * come first and their sizes last: without the sizes there is no file.
 * @param keys all keys there can be
 */
export function idbStore(table: KeyValue, keys: readonly string[]): CacheStore {
  const remove = async (key: string): Promise<void> => {
    const sizes = await sizesOf(table, key);
    await table.delete(key);
    for (let at = 0; at < sizes.length; at++) await table.delete(pieceKey(key, at));
  };
  return {
    remove,
    open: async (key) => {
      const sizes = await sizesOf(table, key);
      return sizes.length === 0 ? null : piecewise(table, key, sizes);
    },
    list: async () => {
      const all = await Promise.all(
        keys.map(async (key) => ({ key, sizes: await sizesOf(table, key) })),
      );
      return all.flatMap(({ key, sizes }) =>
        sizes.length === 0 ? [] : [{ key, bytes: sum(sizes) }],
      );
    },
    write: async (key, pieces) => {
      await remove(key);
      const sizes: number[] = [];
      try {
        for await (const piece of pieces) {
          sizes.push(piece.length);
          await table.put(pieceKey(key, sizes.length - 1), piece);
        }
        await table.put(key, sizes);
      } catch (error) {
        for (let at = 0; at < sizes.length; at++) await table.delete(pieceKey(key, at));
        throw error;
      }
    },
  };
}

function piecewise(table: KeyValue, key: string, sizes: readonly number[]): CachedFile {
  return {
    size: sum(sizes),
    read: async (start, end) => {
      const parts: Uint8Array[] = [];
      let offset = 0;
      for (const [at, size] of sizes.entries()) {
        if (offset < end && offset + size > start) {
          const piece = await table.get(pieceKey(key, at));
          if (!(piece instanceof Uint8Array)) break;
          parts.push(piece.subarray(Math.max(0, start - offset), end - offset));
        }
        offset += size;
      }
      return joined(parts);
    },
  };
}

async function sizesOf(table: KeyValue, key: string): Promise<readonly number[]> {
  const sizes = await table.get(key);
  if (!Array.isArray(sizes)) return [];
  return sizes.filter((size): size is number => typeof size === 'number');
}

const pieceKey = (key: string, at: number): string => `${key}/${String(at)}`;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
