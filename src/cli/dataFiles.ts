import * as fs from 'node:fs/promises';
import type { BlobSource, DataFile } from '../bridge/own.ts';
import { openPath } from '../data/archive/nodeSource.ts';
import { memoryFile, type SourceFile } from '../data/archive/source.ts';

/** The file at a path, or all files of the folder there. @throws FmpError badData */
export async function filesAt(path: string): Promise<readonly DataFile[]> {
  return (await openPath(fs, path)).map(asDataFile);
}

/** Bytes that have been read already, by path. */
export function filesOf(contents: ReadonlyMap<string, Uint8Array>): readonly DataFile[] {
  return Array.from(contents, ([path, bytes]) => asDataFile(memoryFile(path, bytes)));
}

function asDataFile(file: SourceFile): DataFile {
  const blob: BlobSource = {
    size: file.size,
    slice: (start, end) => ({
      arrayBuffer: async () => new Uint8Array(await file.read(start, end)).buffer,
    }),
  };
  return { path: file.path, blob };
}
