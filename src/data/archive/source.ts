/** A file that the user gave: read in place, piece by piece. */
export interface SourceFile {
  /** Its name, or its path inside the folder that was given, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes [start, end); fewer only where the file ends. @throws FmpError badData */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** What a browser's `File` and `Blob` and Node's `Blob` have in common. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A file of a page: dropped, chosen, or out of a folder. */
export function blobFile(path: string, blob: BlobLike): SourceFile {
  return {
    path,
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}

/** Bytes that are in memory. */
export function memoryFile(path: string, bytes: Uint8Array): SourceFile {
  return {
    path,
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  };
}
