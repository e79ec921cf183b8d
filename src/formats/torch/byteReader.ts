import { badFile } from './fileError.ts';

// In browsers and in Node alike, but in no library that the core is compiled against.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const NEWLINE = 10;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Little-endian numbers, text and views of bytes, one after the other, never past the end. */
export class ByteReader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;

  /** @param what the message of its errors */
  constructor(bytes: Uint8Array, what: string, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#what = what;
    this.at = at;
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** Passes over bytes and returns where they began. @throws FmpError badModel past the end */
  skip(length: number): number {
    const start = this.at;
    if (start + length > this.#bytes.length)
      throw badFile(
        this.#what,
        'file length',
        `${String(this.#bytes.length)} bytes`,
        `${String(length)} more bytes after byte ${String(start)}; the file is cut or damaged`,
      );
    this.at = start + length;
    return start;
  }

  uint8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  /** Beyond 2^53 it is rounded, and larger than any file all the same. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true));
  }

  /** Big-endian, as pickles have it. */
  float64(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const start = this.skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** UTF-8. @throws FmpError badModel when it is something else */
  text(length: number): string {
    const start = this.at;
    const bytes = this.bytes(length);
    try {
      return UTF8.decode(bytes);
    } catch {
      throw badFile(this.#what, `text at byte ${String(start)}`, 'other bytes', 'UTF-8');
    }
  }

  /** Up to the next line feed, which is passed over; at most `limit` bytes. */
  line(limit: number): string {
    const end = this.#bytes.subarray(this.at, this.at + limit).indexOf(NEWLINE);
    if (end < 0)
      throw badFile(
        ...([this.#what, `name at byte ${String(this.at)}`, 'no end of line'] as const),
        `one within ${String(limit)} bytes`,
      );
    const text = this.text(end);
    this.skip(1);
    return text;
  }
}
