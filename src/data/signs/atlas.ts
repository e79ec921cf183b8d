import { unzlibSync } from 'fflate';

/** Sign sprites, one per class. */
export interface SpriteAtlas {
  /** Side of one square sprite in pixels. */
  readonly size: number;
  /** Number of sprites. */
  readonly count: number;
  /** `count * size * size * 4` bytes, RGBA, straight alpha, sprite by sprite, row by row. */
  readonly rgba: Uint8Array;
}

/** Layout of the 16-byte header; all numbers are little-endian. The rest is a zlib stream. */
export const ATLAS_MAGIC = 0x414e4753; // "SGNA"
export const ATLAS_VERSION = 1;
export const ATLAS_HEADER_BYTES = 16;
const MAX_SIZE = 512;
const MAX_COUNT = 1024;

/** Adler-32 of bytes; fflate does not verify the one inside the zlib stream. */
export function checksum(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function expectField(field: string, got: number, expected: string, ok: boolean): void {
  if (!ok) {
    throw new Error(`sign atlas: ${field} is ${got}, expected ${expected}`);
  }
}

function inflate(payload: Uint8Array, length: number): Uint8Array {
  try {
    return unzlibSync(payload, { out: new Uint8Array(length) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`sign atlas: the zlib payload is damaged (${reason})`, { cause });
  }
}

/**
 * Reads the sprite file.
 * Header: u32 magic, u16 version, u16 sprite side, u16 sprite count, u16 zero, u32 Adler-32 of the
 * raw pixels; then the pixels, deflated (zlib).
 * @param bytes the whole file
 * @throws Error naming the field, what was got and what was expected, when the file is damaged
 */
export function decodeAtlas(bytes: Uint8Array): SpriteAtlas {
  expectField(
    'file length',
    bytes.length,
    `more than ${ATLAS_HEADER_BYTES} bytes`,
    bytes.length > ATLAS_HEADER_BYTES,
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  expectField('magic', magic, `${ATLAS_MAGIC} ("SGNA")`, magic === ATLAS_MAGIC);
  const version = view.getUint16(4, true);
  expectField('version', version, String(ATLAS_VERSION), version === ATLAS_VERSION);
  const size = view.getUint16(6, true);
  expectField('sprite side', size, `8..${MAX_SIZE}`, size >= 8 && size <= MAX_SIZE);
  const count = view.getUint16(8, true);
  expectField('sprite count', count, `1..${MAX_COUNT}`, count >= 1 && count <= MAX_COUNT);
  const length = count * size * size * 4;
  const rgba = inflate(bytes.subarray(ATLAS_HEADER_BYTES), length);
  expectField('pixel data length', rgba.length, `${length} bytes`, rgba.length === length);
  const sum = checksum(rgba);
  const expected = view.getUint32(12, true);
  expectField('checksum', sum, String(expected), sum === expected);
  return { size, count, rgba };
}
