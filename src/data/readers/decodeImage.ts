// Not from the package's own entry, which brings its encoder along.
import decodeJpegData from 'jpeg-js/lib/decoder.js';
import { FmpError } from '../../core/errors.ts';
import { badData, grouped, reasonOf } from '../archive/badData.ts';
import type { CheckSize, DecodedImage } from './image.ts';
import { decodePng } from './png.ts';
import { decodePpm } from './ppm.ts';

/** Files above this are no images of a data set. */
export const MAX_IMAGE_BYTES = 32 * 2 ** 20;
/** Decoded sides and area: a small file may declare a huge image. */
const MAX_SIDE = 16_384;
const MAX_PIXELS = 2 ** 24;
/** Passes over a JPEG's pixels; a progressive one has about ten, and each takes time. */
const MAX_SCANS = 100;
/** What the JPEG decoder may hold while it works on an image of MAX_PIXELS. */
const JPEG_MEGABYTES = 512;

/**
 * Decodes a PNG, JPEG or PPM (P6), recognised by its first bytes, to the same bytes in every
 * browser and in Node. Grey becomes RGB, 16 bits become 8 (their upper half).
 * @param field the file, as the user knows it
 * @throws FmpError badData: another format, damaged, or above 16,384 pixels a side, 16.8 million
 *   pixels, 32 MiB or 100 scans
 */
export function decodeImage(field: string, bytes: Uint8Array): DecodedImage {
  if (bytes.length > MAX_IMAGE_BYTES)
    throw badData(`${field} is too large`, {
      ...{ field, got: `${grouped(bytes.length)} bytes` },
      expected: `at most ${grouped(MAX_IMAGE_BYTES)} bytes`,
      remedy: 'save the image in a smaller size',
    });
  const decode = decoderOf(bytes);
  if (decode === null)
    throw badData(`${field} is not an image that can be read`, {
      ...{ field, got: firstBytes(bytes), expected: 'a PNG, a JPEG or a binary PPM' },
      remedy: 'convert it to PNG',
    });
  try {
    return decode(bytes, (width, height) => {
      checkSize(field, width, height);
    });
  } catch (error) {
    if (error instanceof FmpError) throw error;
    throw badData(`${field} is damaged`, {
      ...{ field, got: reasonOf(error), expected: 'a whole image' },
    });
  }
}

/** Decodes after the size in the file's header has been checked. */
type Decoder = (bytes: Uint8Array, checkSize: CheckSize) => DecodedImage;

function decoderOf(bytes: Uint8Array): Decoder | null {
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return decodePng;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg;
  if (bytes[0] === 0x50 && bytes[1] === 0x36) return decodePpm;
  return null;
}

function decodeJpeg(bytes: Uint8Array): DecodedImage {
  if (scansOf(bytes) > MAX_SCANS) throw new RangeError(`more than ${String(MAX_SCANS)} scans`);
  const { width, height, data } = decodeJpegData(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_PIXELS / 1e6,
    maxMemoryUsageInMB: JPEG_MEGABYTES,
  });
  return { width, height, data };
}

/** Starts of scans; inside one, a data byte of 255 is followed by 0. */
function scansOf(bytes: Uint8Array): number {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === 0xda) scans++;
  return scans;
}

function checkSize(field: string, width: number, height: number): void {
  const fits = width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE;
  if (!fits || width * height > MAX_PIXELS)
    throw badData(`${field} has a size that is not accepted`, {
      ...{ field, got: `${grouped(width)} × ${grouped(height)} pixels` },
      expected: `1 to ${grouped(MAX_SIDE)} pixels a side, ${grouped(MAX_PIXELS)} in all`,
      remedy: 'save the image in a smaller size',
    });
}

function firstBytes(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return bytes.length === 0 ? 'an empty file' : `a file that begins with ${shown.join(' ')}`;
}
