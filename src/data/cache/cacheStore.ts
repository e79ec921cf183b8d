/** Where opened data sets are kept between visits: OPFS, IndexedDB, or a test's memory. */
export interface CacheStore {
  /** What is held. */
  list(): Promise<readonly CacheItem[]>;
  /** Null where nothing is held under that key. */
  open(key: string): Promise<CachedFile | null>;
  /**
   * Keeps all pieces, one after the other, or nothing; replaces what was there.
   * @throws DOMException named QuotaExceededError where there is no room
   */
  write(key: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Does nothing where nothing is held. */
  remove(key: string): Promise<void>;
}

export interface CacheItem {
  readonly key: string;
  readonly bytes: number;
}

export interface CachedFile {
  /** Bytes. */
  readonly size: number;
  /** Bytes [start, end). */
  read(start: number, end: number): Promise<Uint8Array>;
}
