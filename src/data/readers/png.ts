import { decode, type DecodedPng } from 'fast-png';
import { inflateWithin } from '../archive/inflate.ts';
import { joined } from '../archive/chunkReader.ts';
import type { CheckSize, DecodedImage } from './image.ts';

const SIGNATURE_BYTES = 8;
/** What is needed to draw the image; the rest (profiles, texts, animation) is not even looked at. */
const NEEDED = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
/** So much compressed data cannot become a burden, whatever is in it. */
const HARMLESS_BYTES = 1 << 16;

/**
 * Decodes a PNG of any colour type and depth.
 * @param checkSize throws where the size is not accepted
 * @throws Error where the file is damaged, RangeError where it holds more than its size says
 */
export function decodePng(bytes: Uint8Array, checkSize: CheckSize): DecodedImage {
  const chunks = chunksOf(bytes);
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.data.length !== 13)
    throw new RangeError('a PNG without a header');
  const view = new DataView(header.data.buffer, header.data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  checkSize(width, height);
  const compressed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const packed = joined(compressed);
  // The library inflates without a limit. Eight bytes a pixel, a byte a row and pass, is all there is.
  if (packed.length > HARMLESS_BYTES)
    inflateWithin(packed, 'zlib', width * height * 8 + height * 16);
  const needed = chunks.filter(({ type }) => NEEDED.has(type)).map(({ whole }) => whole);
  const image = decode(joined([bytes.subarray(0, SIGNATURE_BYTES), ...needed]), { checkCrc: true });
  return toRgb(image, view.getUint8(9) === 3);
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** With its length, its type and its checksum. */
  readonly whole: Uint8Array;
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Chunk[] = [];
  let at = SIGNATURE_BYTES;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) });
    if (type === 'IEND') return chunks;
    at = end;
  }
  throw new RangeError('a PNG that ends early');
}

/** Grey, palette and 16 bits to RGB of 8 bits; `tRNS` to an alpha plane. */
function toRgb(image: DecodedPng, indexed: boolean): DecodedImage {
  const { width, height, channels, depth } = image;
  const samples = depth < 8 ? unpacked(image) : image.data;
  const [grey, hasAlpha] = [channels < 3, channels === 2 || channels === 4];
  const transparent = indexed ? undefined : image.transparency;
  const data = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  const highest = 2 ** depth - 1;
  const to8 = (value: number): number =>
    depth === 16 ? value >> 8 : Math.round((value * 255) / highest);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    const sample = (channel: number): number => samples[at + (grey ? 0 : channel)] ?? 0;
    if (indexed) {
      const colour = image.palette?.[sample(0)];
      if (colour === undefined) throw new RangeError('a colour that is not in the palette');
      data.set(colour.slice(0, 3), pixel * 3);
      alpha[pixel] = colour[3] ?? 255;
      continue;
    }
    for (let channel = 0; channel < 3; channel++) data[pixel * 3 + channel] = to8(sample(channel));
    const clear = transparent?.every((value, channel) => value === sample(channel)) ?? false;
    alpha[pixel] = hasAlpha ? to8(samples[at + channels - 1] ?? 0) : clear ? 0 : 255;
  }
  const translucent = hasAlpha || transparent !== undefined || image.palette?.[0]?.length === 4;
  return { width, height, data, ...(translucent ? { alpha } : {}) };
}

/** Samples of less than a byte, each row beginning with a byte of its own. */
function unpacked({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * rowBytes + (bit >> 3)] ?? 0;
      samples[y * width + x] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
    }
  return samples;
}
