import { FmpError } from '../core/errors.ts';
import {
  decodeTensor,
  DTYPE_BYTES,
  isHostDtype,
  type FloatTensor,
  type HostDtype,
  type HostTensor,
  type IntTensor,
  type LongTensor,
  type ByteTensor,
} from './hostTensor.ts';

// In browsers and in Node alike, but in no library that the core is compiled against.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** The format's own bound on its JSON header, bytes. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

interface Entry {
  readonly name: string;
  readonly dtype: HostDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * All tensors of a .safetensors file, in the order of its header: 8 bytes little-endian header
 * length, JSON header, data (https://github.com/huggingface/safetensors#format). The tensors
 * must cover the data exactly, so what they take is bounded by the file: at most 4 times its size.
 * @throws FmpError badModel naming the tensor or header field that is wrong
 */
export function readSafetensors(bytes: Uint8Array): Map<string, HostTensor> {
  const dataStart = LENGTH_BYTES + headerLength(bytes);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) checkMetadata(value);
    else entries.push(parseEntry(name, value, bytes.length - dataStart));
  }
  checkCoverage(entries, bytes.length - dataStart);
  return new Map(
    entries.map(({ name, dtype, shape, begin, end }) => [
      name,
      decodeTensor(dtype, shape, bytes.subarray(dataStart + begin, dataStart + end)),
    ]),
  );
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES)
    throw bad('file length', `${String(bytes.length)} bytes`, 'at least 8 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (length > BigInt(limit))
    throw bad('header length', `${String(length)} bytes`, `at most ${String(limit)} bytes`);
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw bad('header', cause instanceof Error ? cause.message : 'something else', 'UTF-8 JSON');
  }
  if (!isRecord(header)) throw bad('header', shown(header), 'a JSON object');
  return header;
}

function checkMetadata(value: unknown): void {
  if (!isRecord(value) || Object.values(value).some((item) => typeof item !== 'string'))
    throw bad(METADATA, shown(value), 'an object of strings');
}

function parseEntry(name: string, value: unknown, dataBytes: number): Entry {
  // A reader that keeps tensors in a plain object would set its prototype with this one.
  if (name === '__proto__') throw bad(name, 'a tensor of this name', 'no such name');
  if (!isRecord(value)) throw bad(name, shown(value), 'an object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isHostDtype(dtype))
    throw bad(`${name}.dtype`, shown(dtype), `one of ${Object.keys(DTYPE_BYTES).join(', ')}`);
  if (!isCounts(shape)) throw bad(`${name}.shape`, shown(shape), 'integers of 0 or more');
  if (!isCounts(offsets) || offsets.length !== 2)
    throw bad(`${name}.data_offsets`, shown(offsets), 'two integers of 0 or more');
  const [begin = 0, end = 0] = offsets;
  if (begin > end || end > dataBytes)
    throw bad(
      `${name}.data_offsets`,
      shown(offsets),
      `begin <= end <= ${String(dataBytes)}, the bytes of data in the file`,
    );
  const size = shape.reduce((product, side) => product * side, DTYPE_BYTES[dtype]);
  if (size !== end - begin)
    throw bad(
      `${name}.data_offsets`,
      `${String(end - begin)} bytes`,
      `${String(size)} bytes for ${dtype} ${shown(shape)}`,
    );
  return { name, dtype, shape, begin, end };
}

/** Every byte of data belongs to exactly one tensor. */
function checkCoverage(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== covered)
      throw bad(
        `${name}.data_offsets`,
        `a tensor that begins at byte ${String(begin)}`,
        `${String(covered)}, where the tensor before it ends: no gaps, no overlaps`,
      );
    covered = end;
  }
  if (covered !== dataBytes)
    throw bad('file length', `${String(dataBytes)} bytes of data`, `${String(covered)} bytes`);
}

/** What can be written: the types that are in memory what they are in the file. */
export type WritableTensor =
  | (FloatTensor & { readonly dtype: 'F32' })
  | (IntTensor & { readonly dtype: 'I32' })
  | LongTensor
  | ByteTensor;

/**
 * A .safetensors file of the tensors. Wide elements come first, so that each tensor starts at a
 * multiple of its element size.
 * @throws FmpError badInput when a tensor's data and shape disagree or its name is reserved
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: string[] = [];
  const field = (name: string, value: unknown): void => {
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  };
  if (metadata !== undefined) field(METADATA, metadata);
  const ordered = [...tensors].sort(([, a], [, b]) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype]);
  let end = 0;
  for (const [name, tensor] of ordered) {
    checkWritable(name, tensor);
    const begin = end;
    end += tensor.data.byteLength;
    field(name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] });
  }
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function checkWritable(name: string, { shape, data }: WritableTensor): void {
  const elements = shape.reduce((product, side) => product * side, 1);
  const reserved = name === METADATA || name === '__proto__';
  if (!reserved && elements === data.length) return;
  throw new FmpError('the tensor cannot be written', {
    code: 'badInput',
    field: name,
    got: reserved ? 'a reserved name' : `${String(data.length)} values`,
    expected: reserved ? 'another name' : `${String(elements)} values for shape ${shown(shape)}`,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)
  );
}

/** A hostile header may hold anything, of any length. */
function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function bad(field: string, got: string, expected: string): FmpError {
  return new FmpError('the safetensors file is not valid', {
    code: 'badModel',
    field: field.length > 120 ? `${field.slice(0, 120)}…` : field,
    got,
    expected,
    remedy: 'download or export the file again',
  });
}
