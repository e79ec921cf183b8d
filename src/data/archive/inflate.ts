import { Inflate, Unzlib } from 'fflate';
import { joined } from './chunkReader.ts';

/** Deflate makes at most 1,032 bytes of one, so a piece of this size makes at most 16 MiB. */
const PIECE = 1 << 14;

/**
 * Decompresses without ever holding much more than is allowed.
 * @param format `raw` as in a zip, `zlib` as in a PNG
 * @param limit bytes
 * @throws RangeError above the limit
 * @throws Error (fflate's) where the data is damaged or ends early
 */
export function inflateWithin(
  bytes: Uint8Array,
  format: 'raw' | 'zlib',
  limit: number,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  const stream = new (format === 'raw' ? Inflate : Unzlib)((piece) => {
    total += piece.length;
    if (total > limit) throw new RangeError(`more than ${String(limit)} bytes when decompressed`);
    if (piece.length > 0) pieces.push(piece);
  });
  let start = 0;
  do {
    stream.push(bytes.subarray(start, start + PIECE), start + PIECE >= bytes.length);
    start += PIECE;
  } while (start < bytes.length);
  return joined(pieces);
}
