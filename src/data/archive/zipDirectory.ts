import type { FmpError } from '../../core/errors.ts';
import { badData, grouped } from './badData.ts';
import type { SourceFile } from './source.ts';
import { utf8 } from './utf8.ts';

/** What the directory says of one file. */
export interface Stored {
  readonly name: string;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  readonly crc: number;
  /** Bytes in the archive. */
  readonly packed: number;
  /** Bytes of the content. */
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;

/**
 * Reads the directory at the end of a zip.
 * @returns its files by ascending offset, and where the directory begins
 * @throws FmpError badData where there is none, as in a truncated download
 */
export async function readDirectory(
  file: SourceFile,
): Promise<{ entries: readonly Stored[]; end: number }> {
  const from = Math.max(0, file.size - END_BYTES - MAX_COMMENT);
  const tail = await file.read(from, file.size);
  const at = findEnd(tail);
  if (at === null) throw damaged(file, 'no directory at its end');
  const view = viewOf(tail);
  const [count, bytes, start] = [
    view.getUint16(at + 10, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 16, true),
  ];
  if (count === 0xffff || bytes === 0xffffffff || start === 0xffffffff)
    throw badData(`${file.path} is a zip64 archive`, {
      ...{ field: file.path, got: 'zip64', expected: 'at most 65,534 files and 4 GB' },
      remedy: 'unpack it and give the folder',
    });
  if (start + bytes > from + at || count * ENTRY_BYTES > bytes)
    throw damaged(file, `a directory of ${grouped(count)} files that is not all there`);
  const entries = parseEntries(file, await file.read(start, start + bytes), count);
  return { entries: entries.sort((a, b) => a.offset - b.offset), end: start };
}

/** The end record whose comment reaches exactly to the end of the file. */
function findEnd(tail: Uint8Array): number | null {
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--)
    if (
      view.getUint32(at, true) === END &&
      at + END_BYTES + view.getUint16(at + 20, true) === tail.length
    )
      return at;
  return null;
}

function parseEntries(file: SourceFile, bytes: Uint8Array, count: number): Stored[] {
  const view = viewOf(bytes);
  const entries: Stored[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== ENTRY)
      throw damaged(file, `${grouped(entries.length)} of ${grouped(count)} files in its directory`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    ) as [number, number, number];
    const name = utf8(bytes.subarray(at + ENTRY_BYTES).subarray(0, nameBytes));
    if ((view.getUint16(at + 8, true) & 1) === 1)
      throw badData(`${file.path} is encrypted`, {
        ...{ field: `${file.path}, ${name}`, got: 'an encrypted file', expected: 'a plain file' },
        remedy: 'unpack it with its password and give the folder',
      });
    entries.push({
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function damaged(file: SourceFile, got: string): FmpError {
  return badData(`${file.path} is damaged or incomplete`, {
    ...{ field: file.path, got: `${grouped(file.size)} bytes, ${got}` },
    expected: 'a whole zip file',
  });
}
