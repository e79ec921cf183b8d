import { z } from 'zod';
import { IMAGE_VALUES } from '../../core/attacks/attack.ts';
import type { OpenedDataset } from '../readers/openDataset.ts';
import type { Hash } from '../readers/records.ts';
import type { CachedFile } from './cacheStore.ts';
import { utf8 } from '../archive/utf8.ts';

// In browsers and in Node alike, but in no library that this layer is compiled against.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Raised with every change of the layout: older files are read again from the user's. */
export const CACHE_VERSION = 1;
/** Images a block. */
const BLOCK = 1024;
/** Two bytes of class, little-endian, before each image's pixels. */
const RECORD = 2 + IMAGE_VALUES;
/** At the end: bytes of the trailer, then the magic. */
const FOOTER = 12;
const MAGIC = 'FMPDATA\n';

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const trailerSchema = z.strictObject({
  version: z.literal(CACHE_VERSION),
  id: z.string(),
  classes: z.int().min(2).max(1000),
  mirrors: z.boolean(),
  showcase: z.array(z.int().min(0)),
  classNames: z.array(z.string()),
  format: z.string(),
  notes: z.array(z.string()),
  trainCount: z.int().min(1),
  testCount: z.int().min(1),
  /** SHA-256 of each block. */
  blocks: z.array(hex),
  /** SHA-256 of the blocks' digests, one after the other as text: names the whole content. */
  sha256: hex,
});
export type Trailer = z.infer<typeof trailerSchema>;

/** A data set as a file: blocks of images, training first, then what it is, then a footer. */
export async function* encode(
  { dataset, classNames, format, notes }: OpenedDataset,
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  const { id, classes, mirrors, showcase, trainCount, testCount } = dataset;
  const blocks: string[] = [];
  for (const { part, start, count } of blocksOf(trainCount, testCount)) {
    const indices = Int32Array.from({ length: count }, (_, i) => start + i);
    const { images, labels } = part === 'train' ? dataset.train(indices) : dataset.test(indices);
    const bytes = new Uint8Array(count * RECORD);
    labels.forEach((label, i) => {
      bytes.set([label & 255, label >> 8], i * RECORD);
      bytes.set(images.subarray(i * IMAGE_VALUES, (i + 1) * IMAGE_VALUES), i * RECORD + 2);
    });
    blocks.push(await hash(bytes));
    yield bytes;
  }
  const text = new TextEncoder();
  const trailer: Trailer = {
    ...{ version: CACHE_VERSION, id, classes, mirrors, showcase: [...showcase] },
    ...{ classNames: [...classNames], format, notes: [...notes], trainCount, testCount, blocks },
    sha256: await hash(text.encode(blocks.join(''))),
  };
  const json = text.encode(JSON.stringify(trailer));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  yield json;
  yield length;
  yield text.encode(MAGIC);
}

/** What a kept file says of itself; null where it is damaged or of another version. */
export async function readTrailer(file: CachedFile): Promise<Trailer | null> {
  const footer = await file.read(Math.max(0, file.size - FOOTER), file.size);
  if (footer.length < FOOTER || utf8(footer.subarray(4)) !== MAGIC) return null;
  const length = new DataView(footer.buffer, footer.byteOffset, FOOTER).getUint32(0, true);
  const end = file.size - FOOTER;
  if (length > end) return null;
  let value: unknown;
  try {
    value = JSON.parse(utf8(await file.read(end - length, end)));
  } catch {
    return null;
  }
  const parsed = trailerSchema.safeParse(value);
  if (!parsed.success) return null;
  const { trainCount, testCount, blocks } = parsed.data;
  const whole = (trainCount + testCount) * RECORD === end - length;
  const parts = [...blocksOf(trainCount, testCount)].length;
  return whole && parts === blocks.length ? parsed.data : null;
}

/** One block with its digest checked; null where it is damaged. */
export async function readBlock(
  file: CachedFile,
  { start, count, digest }: { readonly start: number; readonly count: number; digest: string },
  hash: Hash,
): Promise<Uint8Array | null> {
  const bytes = await file.read(start * RECORD, (start + count) * RECORD);
  return bytes.length === count * RECORD && (await hash(bytes)) === digest ? bytes : null;
}

/** Copies image `index` of a block. @returns its class */
export function copyRecord(block: Uint8Array, index: number, to: Uint8Array): number {
  const at = index * RECORD;
  to.set(block.subarray(at + 2, at + RECORD));
  return (block[at] ?? 0) + 256 * (block[at + 1] ?? 0);
}

/** The blocks in their order; `start` counts within the part, no block holds two parts. */
export function* blocksOf(
  trainCount: number,
  testCount: number,
): Generator<{ readonly part: 'train' | 'test'; readonly start: number; readonly count: number }> {
  for (const [part, total] of [
    ['train', trainCount],
    ['test', testCount],
  ] as const)
    for (let start = 0; start < total; start += BLOCK)
      yield { part, start, count: Math.min(BLOCK, total - start) };
}
