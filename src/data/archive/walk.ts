import { ChunkReader } from './chunkReader.ts';
import { type Entry, entryTooLarge, isHidden } from './entry.ts';
import { gunzip } from './gunzip.ts';
import type { Meter } from './meter.ts';
import type { SourceFile } from './source.ts';
import { isTarHeader, TAR_BLOCK, tarEntries } from './tar.ts';
import { zipEntries } from './zip.ts';

/** Bytes asked for at a time. */
const PIECE = 1 << 20;
/** What cannot be an archive is not opened twice. */
const IMAGE = /\.(png|jpe?g|ppm)$/i;

/**
 * All files of what the user gave, but for hidden ones, archives opened (zip, tar, tar.gz, gz; one inside another is
 * not), each recognised by its first bytes and not by its name.
 * @throws FmpError badData naming the file; cancelled
 */
export async function* walk(files: readonly SourceFile[], meter: Meter): AsyncGenerator<Entry> {
  for (const file of files) {
    meter.check();
    // Here and not where files are listed: a page and a terminal have to take the same folder.
    if (isHidden(file.path)) continue;
    if (IMAGE.test(file.path)) yield plainEntry(file, meter);
    else yield* open(file, meter);
  }
}

async function* open(file: SourceFile, meter: Meter): AsyncGenerator<Entry> {
  const head = await file.read(0, TAR_BLOCK);
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6]))
    yield* zipEntries(file, meter);
  else if (startsWith(head, [0x1f, 0x8b])) yield* gzipEntries(file, meter);
  else if (isTarHeader(head)) yield* tarEntries(file.path, new ChunkReader(piecesOf(file, meter)));
  else yield plainEntry(file, meter);
}

/** A tar's files, or the one file that is compressed. */
async function* gzipEntries(file: SourceFile, meter: Meter): AsyncGenerator<Entry> {
  const content = new ChunkReader(gunzip(file.path, piecesOf(file, meter)));
  if (isTarHeader(await content.peek(TAR_BLOCK))) yield* tarEntries(file.path, content);
  else {
    const path = file.path.replace(/\.gz$/i, '');
    yield { path, bytes: (limit) => takeAll(path, content, limit) };
  }
  // The checksum comes last: only who reads on knows that the file is whole.
  while ((await content.skip(PIECE)) > 0) meter.check();
}

async function takeAll(path: string, content: ChunkReader, limit: number): Promise<Uint8Array> {
  const bytes = await content.take(limit + 1);
  if (bytes.length > limit) throw entryTooLarge(path, bytes.length, limit);
  return bytes;
}

function plainEntry(file: SourceFile, meter: Meter): Entry {
  const { path, size } = file;
  return {
    path,
    bytes: async (limit) => {
      if (size > limit) throw entryTooLarge(path, size, limit);
      const bytes = await file.read(0, size);
      meter.advance(bytes.length);
      return bytes;
    },
  };
}

async function* piecesOf(file: SourceFile, meter: Meter): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < file.size; start += PIECE) {
    const piece = await file.read(start, start + PIECE);
    meter.advance(piece.length);
    yield piece;
  }
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte);
