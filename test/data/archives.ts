/** Small archives in the layouts that users bring, built from nothing. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import { zipSync } from 'fflate';
import { memoryFile, type SourceFile } from '../../src/data/archive/source.ts';
import type { Hash } from '../../src/data/readers/records.ts';

export type Files = Readonly<Record<string, Uint8Array>>;

export const hash: Hash = (bytes) =>
  Promise.resolve(createHash('sha256').update(bytes).digest('hex'));

export const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'));

export const bytesOf = (...parts: readonly (Uint8Array | string | readonly number[])[]) =>
  new Uint8Array(
    Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? text(part) : Uint8Array.from(part))),
    ),
  );

export function file(path: string, bytes: Uint8Array): SourceFile {
  return memoryFile(path, bytes);
}

/** A ustar archive of regular files. */
export function tar(files: Files, type = '0'): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [name, bytes] of Object.entries(files))
    blocks.push(tarHeader(name, bytes.length, type), bytes, zeros(-bytes.length & 511));
  return bytesOf(...blocks, zeros(1024));
}

export function tarHeader(name: string, size: number, type = '0'): Uint8Array {
  const block = Buffer.alloc(512);
  block.write(name, 0, 'latin1');
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return new Uint8Array(block);
}

export const tarGz = (files: Files): Uint8Array =>
  new Uint8Array(gzipSync(tar(files), { level: 1 }));

export const zip = (files: Files): Uint8Array => zipSync({ ...files });

export const zeros = (n: number): Uint8Array => new Uint8Array(n);

/** A value that tells record, channel and pixel apart. */
export const planarValue = (record: number, at: number): number =>
  (record * 31 + at * 7 + Math.floor(at / 1024) * 13) & 255;

export function planes(record: number): Uint8Array {
  return PLANES[record % PLANES.length] ?? zeros(0);
}

const PLANES = Array.from({ length: 256 }, (_, record) =>
  Uint8Array.from({ length: 3072 }, (__, at) => planarValue(record, at)),
);

/** Records in CIFAR's binary layout; `labels` holds the label bytes of each. */
export function records(labels: readonly (readonly number[])[]): Uint8Array {
  const stride = (labels[0]?.length ?? 0) + 3072;
  const bytes = zeros(labels.length * stride);
  labels.forEach((own, record) => {
    bytes.set(own, record * stride);
    bytes.set(planes(record), record * stride + own.length);
  });
  return bytes;
}

/** A batch of the python archives as Python 2 pickled it (protocol 2). */
export function pythonBatch(labels: readonly number[], key = 'labels'): Uint8Array {
  const pixels = zeros(labels.length * 3072);
  labels.forEach((_, record) => {
    pixels.set(planes(record), record * 3072);
  });
  return pickledBatch(labels, pixels, labels.length, key);
}

export function pickledBatch(
  labels: readonly number[],
  pixels: Uint8Array,
  count: number,
  key = 'labels',
): Uint8Array {
  const lists = [];
  for (let start = 0; start < labels.length; start += 1000)
    lists.push('(', ...labels.slice(start, start + 1000).map((label) => [0x4b, label]), 'e');
  return bytesOf(
    ...['\x80\x02}q\x01(', shortString('batch_label'), 'q\x02', shortString('training batch')],
    ...[shortString(key), 'q\x03]q\x04', ...lists],
    ...[shortString('data'), 'cnumpy.core.multiarray\n_reconstruct\nq\x06cnumpy\nndarray\nq\x07'],
    ...['K\x00\x85U\x01b\x87Rq\x08(K\x01', [0x4d, count & 255, count >> 8], 'M\x00\x0c\x86'],
    ...['cnumpy\ndtype\nq\tU\x02u1K\x00K\x01\x87Rq\n(K\x03U\x01|NNN'],
    ...['J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T', uint32(pixels.length), pixels, 'tb'],
    'u.',
  );
}

/** `batches.meta` or `meta`. */
export function pythonNames(names: readonly string[], key = 'label_names'): Uint8Array {
  return bytesOf('\x80\x02}q\x01(', shortString(key), ']q\x02(', ...names.map(shortString), 'eu.');
}

export const shortString = (value: string): Uint8Array => bytesOf('U', [value.length], value);

const uint32 = (value: number): Uint8Array => {
  const bytes = zeros(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};

/** An image of one colour. */
export function png(red: number, green: number, blue: number, size = 32): Uint8Array {
  const data = Uint8Array.from(
    { length: size * size * 3 },
    (_, at) => [red, green, blue][at % 3] ?? 0,
  );
  return encodePng({ width: size, height: size, data, channels: 3 });
}

export function ppm(width: number, height: number, value: (at: number) => number): Uint8Array {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => value(at));
  return bytesOf(`P6\n${width} ${height}\n255\n`, pixels);
}
