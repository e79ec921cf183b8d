import type { FmpError } from '../../core/errors.ts';
import { badData, grouped } from './badData.ts';
import type { ChunkReader } from './chunkReader.ts';
import { cleanPath, type Entry, entryTooLarge } from './entry.ts';
import { utf8 } from './utf8.ts';

/** Everything in a tar is a multiple of this. */
export const TAR_BLOCK = 512;
/** Long names and pax headers; a path is far shorter. */
const MAX_EXTENSION = 1 << 16;

interface Header {
  readonly name: string;
  readonly size: number;
  /** One character: what the member is. */
  readonly type: string;
}

/** Whether these 512 bytes begin a member of a tar: its checksum holds. */
export function isTarHeader(block: Uint8Array): boolean {
  return block.length === TAR_BLOCK && block[0] !== 0 && checksumHolds(block);
}

/**
 * The regular files of a tar (ustar, with GNU's and pax's long names) in their order.
 * @throws FmpError badData where the archive is damaged or ends early
 */
export async function* tarEntries(archive: string, reader: ChunkReader): AsyncGenerator<Entry> {
  let longName: string | null = null;
  for (;;) {
    const block = await reader.take(TAR_BLOCK);
    if (block.length < TAR_BLOCK) throw endsEarly(archive, 'its end mark', TAR_BLOCK, block.length);
    if (block.every((byte) => byte === 0)) return;
    const header = parseHeader(archive, block);
    const member = new Member(archive, header, reader);
    if ('LxgK'.includes(header.type)) {
      const text = utf8(await member.take(MAX_EXTENSION));
      if (header.type === 'L') longName = textUntilNul(text);
      if (header.type === 'x') longName = paxPath(text) ?? longName;
    } else {
      const path = cleanPath(archive, longName ?? header.name);
      longName = null;
      if (path !== null && '0\0'.includes(header.type))
        yield { path, bytes: (limit) => member.take(limit) };
    }
    await member.finish();
  }
}

/** The content of one member, read or passed over. */
class Member {
  private readonly archive: string;
  private readonly header: Header;
  private readonly reader: ChunkReader;
  private taken = false;

  constructor(archive: string, header: Header, reader: ChunkReader) {
    this.archive = archive;
    this.header = header;
    this.reader = reader;
  }

  async take(limit: number): Promise<Uint8Array> {
    const { name, size } = this.header;
    if (size > limit) throw entryTooLarge(name, size, limit);
    this.taken = true;
    const bytes = await this.reader.take(size);
    if (bytes.length < size) throw endsEarly(this.archive, name, size, bytes.length);
    return bytes;
  }

  /** Goes to the next header. */
  async finish(): Promise<void> {
    const { name, size } = this.header;
    const padding = (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
    const due = padding + (this.taken ? 0 : size);
    const passed = await this.reader.skip(due);
    if (passed < due) throw endsEarly(this.archive, name, due, passed);
  }
}

function parseHeader(archive: string, block: Uint8Array): Header {
  const size = octal(block, 124, 12);
  if (!checksumHolds(block) || size === null)
    throw badData(`${archive} is damaged`, {
      ...{ field: archive, got: 'a header whose checksum is wrong', expected: 'a whole tar file' },
    });
  const field = (start: number, length: number): string =>
    textUntilNul(utf8(block.subarray(start, start + length)));
  // GNU's own format keeps other things where ustar keeps the folder.
  const prefix = latin(block.subarray(257, 263)) === 'ustar\0' ? field(345, 155) : '';
  return {
    name: prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`,
    size,
    type: String.fromCharCode(block[156] ?? 0),
  };
}

/** Sum of all bytes, its own eight taken as spaces. */
function checksumHolds(block: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < TAR_BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] ?? 0);
  return octal(block, 148, 8) === sum;
}

/** Digits to the base 8, ended by NUL or space; null for anything else. */
function octal(block: Uint8Array, start: number, length: number): number | null {
  const text = latin(block.subarray(start, start + length))
    .replaceAll('\0', ' ')
    .trim();
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : null;
}

/** The last `path` among pax records, each `length key=value\n`. */
function paxPath(text: string): string | null {
  return /^\d+ path=(.*)$/m.exec(text)?.[1] ?? null;
}

function latin(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function textUntilNul(text: string): string {
  return text.split('\0', 1)[0] ?? '';
}

function endsEarly(archive: string, inside: string, expected: number, got: number): FmpError {
  return badData(`${archive} ends early`, {
    field: `${archive}, ${inside}`,
    ...{ got: `${grouped(got)} bytes`, expected: `${grouped(expected)} bytes` },
  });
}
