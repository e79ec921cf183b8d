import type { CheckSize, DecodedImage } from './image.ts';

/**
 * Decodes a binary PPM (P6) of 8 or 16 bits, comments in its header included
 * (https://netpbm.sourceforge.net/doc/ppm.html).
 * @param checkSize throws where the size is not accepted
 * @throws RangeError where the file is damaged
 */
export function decodePpm(bytes: Uint8Array, checkSize: CheckSize): DecodedImage {
  const { numbers, end } = readHeader(bytes);
  const [width, height, highest] = numbers;
  checkSize(width, height);
  if (highest < 1 || highest > 65_535)
    throw new RangeError(`a highest value of ${String(highest)} where 1 to 65535 is expected`);
  const sampleBytes = highest > 255 ? 2 : 1;
  const count = width * height * 3;
  const raster = bytes.subarray(end, end + count * sampleBytes);
  if (raster.length < count * sampleBytes)
    throw new RangeError(
      `${String(raster.length)} bytes of pixels where ${String(count * sampleBytes)} are expected`,
    );
  if (highest === 255) return { width, height, data: raster.slice() };
  const data = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const value =
      sampleBytes === 1 ? (raster[i] ?? 0) : (raster[2 * i] ?? 0) * 256 + (raster[2 * i + 1] ?? 0);
    data[i] = Math.min(255, Math.round((value * 255) / highest));
  }
  return { width, height, data };
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);

/** Width, height and highest value, and where the pixels begin: one space after them. */
function readHeader(bytes: Uint8Array): { numbers: [number, number, number]; end: number } {
  let at = 2;
  const next = (): number => {
    while (isSpace(bytes[at]) || bytes[at] === 35) {
      if (bytes[at] === 35) while (at < bytes.length && bytes[at] !== 10) at++;
      else at++;
    }
    const start = at;
    let value = 0;
    // At most six digits: whatever is longer is refused by its size.
    for (
      let byte = bytes[at] ?? 0;
      byte >= 48 && byte <= 57 && at - start < 6;
      byte = bytes[++at] ?? 0
    )
      value = value * 10 + byte - 48;
    if (at === start) throw new RangeError('a header without its three numbers');
    return value;
  };
  const numbers: [number, number, number] = [next(), next(), next()];
  if (!isSpace(bytes[at])) throw new RangeError('a header that does not end');
  return { numbers, end: at + 1 };
}
