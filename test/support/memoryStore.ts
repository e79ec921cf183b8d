import type { CacheStore } from '../../src/data/cache/cacheStore.ts';

/** Data sets kept in memory, as a browser keeps them. @param quota bytes of one file */
export function memoryStore(quota = Infinity): CacheStore {
  const files = new Map<string, Uint8Array>();
  return {
    list: () =>
      Promise.resolve(Array.from(files, ([key, bytes]) => ({ key, bytes: bytes.length }))),
    open: (key) => {
      const bytes = files.get(key);
      if (bytes === undefined) return Promise.resolve(null);
      const read = (start: number, end: number) => Promise.resolve(bytes.slice(start, end));
      return Promise.resolve({ size: bytes.length, read });
    },
    write: async (key, pieces) => {
      const parts: Uint8Array[] = [];
      for await (const piece of pieces) parts.push(piece);
      const whole = new Uint8Array(Buffer.concat(parts));
      if (whole.length > quota) throw new DOMException('full', 'QuotaExceededError');
      files.set(key, whole);
    },
    remove: (key) => {
      files.delete(key);
      return Promise.resolve();
    },
  };
}
