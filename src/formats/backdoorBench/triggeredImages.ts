import { badFile } from '../torch/fileError.ts';
import { findCompanions, missingCompanion, type Companions } from './recordFiles.ts';
import type { PilImage } from '../torch/values.ts';
import type { TriggeredSet } from './triggeredSet.ts';

/** Pixels of a decoded file: RGB or RGBA, 8 bits, row-major. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** @throws on bytes that are no image */
export type DecodeImage = (bytes: Uint8Array) => DecodedImage;

const CHANNELS = 3;
/** A PNG's signature and its header, up to the height. */
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PNG_HEADER_BYTES = 24;
const REMEDY = 'give the record folder as BackdoorBench wrote it';

/**
 * The triggered images, uint8 RGB [n, side, side, 3], in the order of `set`. A file that several
 * of its paths mean is decoded once.
 * @param side pixels of width and height
 * @throws FmpError badModel when a file is missing, no PNG, or of another size
 */
export function loadTriggeredImages(
  set: TriggeredSet,
  companions: Companions,
  decode: DecodeImage,
  side: number,
): Uint8Array {
  const bytes = side * side * CHANNELS;
  const find = findCompanions(companions);
  const result = new Uint8Array(set.images.length * bytes);
  /** Where the pixels of a file are in the result. */
  const decoded = new Map<Uint8Array, number>();
  set.images.forEach((source, i) => {
    const start = i * bytes;
    if (source.kind === 'pixels') {
      result.set(inlinePixels(source.image, side), start);
      return;
    }
    const file = find(source.path);
    if (file === undefined) throw missingCompanion(source.path, companions.size);
    const before = decoded.get(file);
    if (before !== undefined) result.copyWithin(start, before, before + bytes);
    else result.set(pixelsOfFile(file, source.path, decode, side), start);
    decoded.set(file, start);
  });
  return result;
}

function inlinePixels({ width, height, pixels }: PilImage, side: number): Uint8Array {
  checkSize('bd_test', width, height, side);
  return pixels;
}

function pixelsOfFile(
  file: Uint8Array,
  path: string,
  decode: DecodeImage,
  side: number,
): Uint8Array {
  checkHeader(file, path, side);
  let image: DecodedImage;
  try {
    image = decode(file);
  } catch (error) {
    throw badImage(path, error instanceof Error ? error.message : String(error));
  }
  checkSize(path, image.width, image.height, side);
  return withoutAlpha(image, path);
}

/** Before decoding: a few bytes of PNG can declare any number of pixels. */
function checkHeader(file: Uint8Array, path: string, side: number): void {
  const png = PNG_SIGNATURE.every((byte, i) => file[i] === byte);
  if (!png || file.length < PNG_HEADER_BYTES) throw badImage(path, 'no PNG');
  const view = new DataView(file.buffer, file.byteOffset, PNG_HEADER_BYTES);
  checkSize(path, view.getUint32(16), view.getUint32(20), side);
}

function checkSize(path: string, width: number, height: number, side: number): void {
  if (width === side && height === side) return;
  throw badFile(
    ...(['a triggered image has another size', path] as const),
    ...([`${String(width)} × ${String(height)}`, `${String(side)} × ${String(side)}`] as const),
    REMEDY,
  );
}

function withoutAlpha({ width, height, data }: DecodedImage, path: string): Uint8Array {
  const channels = data.length / (width * height);
  if (channels === CHANNELS) return data;
  if (channels !== CHANNELS + 1) throw badImage(path, `${String(channels)} channels`);
  return Uint8Array.from({ length: width * height * CHANNELS }, (_, i) => {
    const pixel = Math.floor(i / CHANNELS);
    return data[pixel * channels + (i - pixel * CHANNELS)] ?? 0;
  });
}

function badImage(path: string, got: string): Error {
  return badFile('a triggered image cannot be read', path, got, 'an RGB PNG', REMEDY);
}
