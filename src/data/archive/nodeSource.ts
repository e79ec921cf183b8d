import { badData, reasonOf } from './badData.ts';
import { isHidden } from './entry.ts';
import type { SourceFile } from './source.ts';

/** The part of `node:fs/promises` that is needed; handed in, so that pages can load this folder. */
export interface FileSystem {
  stat(path: string): Promise<{ readonly size: number; isFile(): boolean; isDirectory(): boolean }>;
  readdir(path: string): Promise<string[]>;
  open(path: string, flags: 'r'): Promise<FileHandle>;
}

interface FileHandle {
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** Folders inside folders inside … are followed so far: a link may close a circle. */
const MAX_DEPTH = 8;

/**
 * The file at a path, or all files of the folder there, in order of their paths.
 * @throws FmpError badData when it is missing or cannot be read
 */
export async function openPath(fs: FileSystem, path: string): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  const visit = async (place: string, inside: string, depth: number): Promise<void> => {
    const stat = await fs.stat(place);
    if (stat.isFile()) files.push(diskFile(fs, place, inside, stat.size));
    if (!stat.isDirectory() || depth > MAX_DEPTH) return;
    for (const name of (await fs.readdir(place)).sort())
      // Left out by who reads the files, too; a folder such as .git is not even looked through.
      if (!isHidden(name))
        await visit(`${place}/${name}`, depth === 0 ? name : `${inside}/${name}`, depth + 1);
  };
  try {
    await visit(path, baseName(path), 0);
  } catch (error) {
    throw unreadable(path, error);
  }
  return files;
}

function diskFile(fs: FileSystem, place: string, path: string, size: number): SourceFile {
  return {
    path,
    size,
    read: async (start, end) => {
      try {
        return await readRange(fs, place, start, Math.min(end, size));
      } catch (error) {
        throw unreadable(place, error);
      }
    },
  };
}

async function readRange(
  fs: FileSystem,
  place: string,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  // Opened for every piece: no handle is left open when the reader stops half-way.
  const handle = await fs.open(place, 'r');
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const left = bytes.length - filled;
      const { bytesRead } = await handle.read(bytes, filled, left, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

function baseName(path: string): string {
  return path.replaceAll('\\', '/').split('/').findLast(Boolean) ?? path;
}

function unreadable(path: string, error: unknown): Error {
  return badData(`${path} cannot be read`, {
    ...{ field: path, got: reasonOf(error), expected: 'a readable file or folder' },
    remedy: 'check the path',
  });
}
