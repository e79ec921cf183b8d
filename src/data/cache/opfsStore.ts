import type { CachedFile, CacheStore } from './cacheStore.ts';

/** The part of `FileSystemDirectoryHandle` that is needed. */
export interface Directory {
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  removeEntry(name: string): Promise<void>;
}

interface FileHandle {
  getFile(): Promise<{
    readonly size: number;
    slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
  }>;
  createWritable(): Promise<{
    write(piece: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
}

/**
 * Keeps files in the origin private file system. A file appears only when it is whole: a writable
 * stream works on a copy until it is closed.
 * @param folder e.g. `data` of `navigator.storage.getDirectory()`
 * @param keys all keys there can be: what is held is asked for by name
 */
export function opfsStore(folder: Directory, keys: readonly string[]): CacheStore {
  const open = async (key: string): Promise<CachedFile | null> => {
    try {
      const file = await (await folder.getFileHandle(fileName(key))).getFile();
      return {
        size: file.size,
        read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
      };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  return {
    open,
    list: async () => {
      const files = await Promise.all(keys.map(async (key) => ({ key, file: await open(key) })));
      return files.flatMap(({ key, file }) => (file === null ? [] : [{ key, bytes: file.size }]));
    },
    write: async (key, pieces) => {
      const handle = await folder.getFileHandle(fileName(key), { create: true });
      const stream = await handle.createWritable();
      try {
        for await (const piece of pieces) await stream.write(new Uint8Array(piece));
        await stream.close();
      } catch (error) {
        await stream.abort().catch(() => undefined);
        // Where there was no file before, an empty one is left.
        if ((await open(key))?.size === 0) await folder.removeEntry(fileName(key));
        throw error;
      }
    },
    remove: async (key) => {
      await folder.removeEntry(fileName(key)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    },
  };
}

const fileName = (key: string): string => `${key}.fmpdata`;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === 'NotFoundError';
