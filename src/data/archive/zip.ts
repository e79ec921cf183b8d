import type { FmpError } from '../../core/errors.ts';
import { badData, grouped, reasonOf } from './badData.ts';
import { crc32 } from './crc32.ts';
import { cleanPath, type Entry, entryTooLarge } from './entry.ts';
import { inflateWithin } from './inflate.ts';
import type { Meter } from './meter.ts';
import type { SourceFile } from './source.ts';
import { readDirectory, type Stored } from './zipDirectory.ts';

/** Files beside each other are read at one go, in pieces small enough for a cancel to come between. */
const WINDOW = 1 << 18;
const LOCAL_HEADER = 30;

/**
 * The files of a zip, in the order in which they lie there. The directory at its end is what
 * counts, and entries may not overlap, so that the work is in proportion to the file's size.
 * @throws FmpError badData where the archive is damaged, ends early or is encrypted
 */
export async function* zipEntries(file: SourceFile, meter: Meter): AsyncGenerator<Entry> {
  const { entries, end } = await readDirectory(file);
  const window = new Window(file);
  let passed = 0;
  for (const [at, stored] of entries.entries()) {
    const next = entries[at + 1]?.offset ?? end;
    const path = cleanPath(file.path, stored.name);
    if (path !== null)
      yield { path, bytes: (limit) => extract(file.path, path, stored, window, { next, limit }) };
    meter.advance(next - passed);
    passed = next;
  }
  meter.advance(file.size - passed);
}

/** Reads a file forwards with few large reads. */
class Window {
  private readonly file: SourceFile;
  private start = 0;
  private held: Uint8Array = new Uint8Array(0);

  constructor(file: SourceFile) {
    this.file = file;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    if (start < this.start || end > this.start + this.held.length) {
      this.held = await this.file.read(start, Math.max(end, start + WINDOW));
      this.start = start;
    }
    return this.held.subarray(start - this.start, end - this.start);
  }
}

async function extract(
  archive: string,
  path: string,
  { name, method, crc, packed, size, offset }: Stored,
  window: Window,
  { next, limit }: { readonly next: number; readonly limit: number },
): Promise<Uint8Array> {
  const field = `${archive}, ${path}`;
  if (size > limit) throw entryTooLarge(path, size, limit);
  const header = await window.read(offset, offset + LOCAL_HEADER);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  if (header.length < LOCAL_HEADER || view.getUint32(0, true) !== 0x04034b50)
    throw damaged(field, 'no file where the directory says');
  const start = offset + LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + packed > next)
    throw damaged(field, `${grouped(packed)} bytes that reach into the next file`);
  const bytes = await window.read(start, start + packed);
  if (bytes.length < packed) throw damaged(field, `${grouped(bytes.length)} bytes`);
  const content = unpack(field, bytes, { name, method, size });
  if (content.length !== size)
    throw damaged(field, `${grouped(content.length)} bytes`, `${grouped(size)} bytes`);
  if (crc32(content) !== crc) throw damaged(field, 'other bytes than its checksum says');
  return content;
}

function unpack(
  field: string,
  bytes: Uint8Array,
  { method, size }: Pick<Stored, 'name' | 'method' | 'size'>,
): Uint8Array {
  if (method === 0) return bytes;
  if (method !== 8)
    throw badData(`${field} is compressed in an unknown way`, {
      ...{ field, got: `method ${String(method)}`, expected: 'stored or deflate' },
      remedy: 'unpack the archive and give the folder',
    });
  try {
    return inflateWithin(bytes, 'raw', size);
  } catch (error) {
    throw damaged(field, reasonOf(error));
  }
}

function damaged(field: string, got: string, expected = 'a whole zip file'): FmpError {
  return badData('the zip file is damaged', { field, got, expected });
}
