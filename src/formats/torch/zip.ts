/**
 * The directory of a zip file (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), read
 * without copying: entries are views of the file. fflate unpacks, but its own directory reader
 * copies every entry and goes on inflating past the declared size, for seconds where a file lies.
 */
import { Inflate } from 'fflate';
import { ByteReader } from './byteReader.ts';
import { badFile, quoted } from './fileError.ts';

const WHAT = 'the zip file is not valid';
const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const ENCRYPTED = 1;
const IN_64 = 0xffffffff;
/** Deflated bytes handed to the decoder at once: what comes out is at most 1,032 times as many. */
const PIECE = 4096;
/** A record folder with 50,000 training images has fewer. */
const MAX_ENTRIES = 100_000;

export interface ZipEntry {
  /** Relative path with forward slashes and no `..`. */
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  /** Bytes after unpacking, as declared. */
  readonly size: number;
  /** As they lie in the file; a view. */
  readonly packed: Uint8Array;
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * All files of the archive by path; folders are left out. Nothing is unpacked.
 * @throws FmpError badModel when the directory is cut or damaged, or an entry is encrypted, named
 *   twice, named outside the archive, overlaps others or is packed in an unknown way
 */
export function readZipDirectory(bytes: Uint8Array): Map<string, ZipEntry> {
  const { count, offset } = findDirectory(bytes);
  const reader = new ByteReader(bytes, WHAT, offset);
  const most = Math.min(MAX_ENTRIES, Math.floor(reader.left / DIRECTORY_ENTRY_BYTES));
  if (count > most) throw bad('entries', String(count), `at most ${String(most)}`);
  const entries = new Map<string, ZipEntry>();
  let packed = 0;
  for (let i = 0; i < count; i++) {
    const entry = readEntry(reader, bytes);
    if (entry.name.endsWith('/')) continue;
    if (entries.has(entry.name)) throw bad(entry.name, 'two entries of this name', 'one');
    packed += entry.packed.length;
    if (packed > bytes.length)
      throw bad(entry.name, 'entries that overlap', 'bytes that belong to one entry each');
    entries.set(entry.name, entry);
  }
  return entries;
}

/**
 * The bytes of an entry: a view where it is stored, a copy where it is deflated.
 * @throws FmpError badModel when it unpacks to more or less than it declares
 */
export function unpack({ name, method, size, packed }: ZipEntry): Uint8Array {
  if (method === 'stored') return packed;
  const unpacked = new Uint8Array(size);
  let filled = 0;
  const inflate = new Inflate((chunk) => {
    if (filled + chunk.length > size)
      throw bad(name, `more than ${String(size)} bytes`, 'as many bytes as the entry declares');
    unpacked.set(chunk, filled);
    filled += chunk.length;
  });
  for (let at = 0; at < packed.length; at += PIECE) {
    const last = at + PIECE >= packed.length;
    guarded(name, () => inflate.push(packed.subarray(at, at + PIECE), last));
  }
  if (filled !== size)
    throw bad(name, `${String(filled)} bytes`, `the ${String(size)} bytes it declares`);
  return unpacked;
}

function guarded(name: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && error.name !== 'FmpError')
      throw bad(name, error.message, 'a deflated entry');
    throw error;
  }
}

function findDirectory(bytes: Uint8Array): { count: number; offset: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const reader = new ByteReader(bytes, WHAT, at + 10);
    const [count, , offset] = [reader.uint16(), reader.uint32(), reader.uint32()];
    if (count !== 0xffff && offset !== IN_64) return inside(count, offset, at);
    return findDirectory64(bytes, at - LOCATOR_64_BYTES);
  }
  throw bad('directory', 'no end of central directory', 'a complete zip file');
}

function findDirectory64(bytes: Uint8Array, at: number): { count: number; offset: number } {
  const locator = new ByteReader(bytes, WHAT, Math.max(0, at));
  if (locator.uint32() !== LOCATOR_64) throw bad('directory', 'no zip64 locator', 'a locator');
  locator.skip(4);
  const end = new ByteReader(bytes, WHAT, locator.uint64());
  if (end.uint32() !== END_64) throw bad('directory', 'no zip64 directory end', 'a directory end');
  end.skip(28);
  const [count, , offset] = [end.uint64(), end.uint64(), end.uint64()];
  return inside(count, offset, at);
}

function inside(count: number, offset: number, end: number): { count: number; offset: number } {
  if (offset <= end) return { count, offset };
  throw bad('directory', `at byte ${String(offset)}`, `before byte ${String(end)}, its own end`);
}

function readEntry(reader: ByteReader, bytes: Uint8Array): ZipEntry {
  if (reader.uint32() !== DIRECTORY_ENTRY)
    throw bad('directory', `other bytes at ${String(reader.at - 4)}`, 'a directory entry');
  reader.skip(4);
  const [flags, code] = [reader.uint16(), reader.uint16()];
  reader.skip(8);
  const sizes = { packed: reader.uint32(), size: reader.uint32(), offset: 0 };
  const [nameBytes, extraBytes, commentBytes] = [reader.uint16(), reader.uint16(), reader.uint16()];
  reader.skip(8);
  sizes.offset = reader.uint32();
  const name = safeName(reader.text(nameBytes));
  readExtra(reader.bytes(extraBytes), sizes);
  reader.skip(commentBytes);
  if ((flags & ENCRYPTED) !== 0) throw bad(name, 'an encrypted entry', 'no encryption');
  if (code !== 0 && code !== 8)
    throw bad(name, `compression method ${String(code)}`, 'stored or deflated entries');
  const method = code === 0 ? 'stored' : 'deflated';
  const { packed, size, offset } = sizes;
  if (method === 'stored' && packed !== size)
    throw bad(name, `${String(packed)} stored bytes`, `the ${String(size)} bytes it declares`);
  return { name, method, size, packed: entryBytes(bytes, name, offset, packed) };
}

/** Replaces sizes that say "see the zip64 extra field" by those that stand there. */
function readExtra(
  extra: Uint8Array,
  sizes: { packed: number; size: number; offset: number },
): void {
  const reader = new ByteReader(extra, WHAT);
  while (extra.length - reader.at >= 4) {
    const [id, length] = [reader.uint16(), reader.uint16()];
    const field = new ByteReader(reader.bytes(length), WHAT);
    if (id !== 1) continue;
    if (sizes.size === IN_64) sizes.size = field.uint64();
    if (sizes.packed === IN_64) sizes.packed = field.uint64();
    if (sizes.offset === IN_64) sizes.offset = field.uint64();
  }
}

function entryBytes(bytes: Uint8Array, name: string, offset: number, length: number): Uint8Array {
  const header = new ByteReader(bytes, WHAT, offset);
  if (header.uint32() !== LOCAL_HEADER) throw bad(name, 'no local header', 'a local header');
  header.skip(LOCAL_HEADER_BYTES - 8);
  const [nameBytes, extraBytes] = [header.uint16(), header.uint16()];
  header.skip(nameBytes + extraBytes);
  const left = bytes.length - header.at;
  if (length > left)
    throw bad(name, `${String(length)} bytes`, `at most the ${String(left)} left in the file`);
  return header.bytes(length);
}

/** Nothing is ever written under these names; still, a file that tries is not what it seems. */
function safeName(name: string): string {
  const parts = name.split(/[/\\]/);
  const outside = parts.includes('..') || parts[0] === '' || /^[a-z]:/i.test(name);
  if (!outside && !name.includes('\0')) return parts.join('/');
  throw bad('entry name', quoted(name), 'a path inside the archive');
}

function bad(field: string, got: string, expected: string): Error {
  return badFile(WHAT, field, got, expected, 'download or pack the file again');
}
