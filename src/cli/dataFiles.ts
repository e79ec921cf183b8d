import * as fs from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { BlobSource, DataFile } from '../bridge/own.ts';
import { openPath } from '../data/archive/nodeSource.ts';
import { memoryFile, type SourceFile } from '../data/archive/source.ts';
import { refuseResult } from '../data/readers/attackResult.ts';

/** The file at a path, or all files of the folder there. @throws FmpError badData */
export async function filesAt(path: string): Promise<readonly DataFile[]> {
  return (await openPath(fs, path)).map(asDataFile);
}

/** The same, to be read as a data set. @throws FmpError badData also for a result's own images */
export async function imagesAt(path: string): Promise<readonly DataFile[]> {
  refuseResultFolder(path);
  return filesAt(path);
}

/** A folder is known by its own name and the one around it, which its files' paths leave out. */
export function refuseResultFolder(path: string): void {
  refuseResult(`${resolve(path).split(sep).slice(-2).join('/')}/`);
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
