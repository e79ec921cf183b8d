/** The header of a .safetensors file: what it may hold, checked before and after it is parsed. */
import { FmpError } from '../core/errors.ts';
import { DTYPE_BYTES, isHostDtype, type HostDtype } from './hostTensor.ts';

// In browsers and in Node alike, but in no library that the core is compiled against.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string };

export const LENGTH_BYTES = 8;
export const METADATA = '__metadata__';
/** The networks known here have headers below 100 kB; training notes may come to 1 MB. */
const MAX_HEADER_BYTES = 2 ** 22;
/** A header needs three levels. */
const MAX_DEPTH = 8;
/** A tensor is nine values. */
const MAX_VALUES = 100_000;
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN, CLOSE] = [new Set([0x5b, 0x7b]), new Set([0x5d, 0x7d])];

/** A tensor's place in the data. */
export interface Entry {
  readonly name: string;
  readonly dtype: HostDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the header's order; together they cover the data exactly. */
  readonly entries: readonly Entry[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the data begins in the file. */
  readonly dataStart: number;
}

/** @throws FmpError badModel naming the tensor or header field that is wrong */
export function readHeader(bytes: Uint8Array): Header {
  const dataStart = LENGTH_BYTES + headerLength(bytes);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const entries: Entry[] = [];
  let metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) metadata = readMetadata(value);
    else entries.push(parseEntry(name, value, bytes.length - dataStart));
  }
  checkCoverage(entries, bytes.length - dataStart);
  return { entries, metadata, dataStart };
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

/**
 * Before JSON.parse, which makes any number of objects of any depth.
 * @throws FmpError badModel
 */
function checkComplexity(bytes: Uint8Array): void {
  let [depth, values, quoted] = [0, 0, false];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) i += byte === BACKSLASH ? 1 : 0;
    else if (OPEN.has(byte)) [depth, values] = [depth + 1, values + 1];
    else if (CLOSE.has(byte)) depth--;
    else if (byte === COMMA) values++;
    if (depth > MAX_DEPTH)
      throw bad('header', 'lists in lists', `at most ${String(MAX_DEPTH)} in one another`);
    if (values > MAX_VALUES) throw bad('header', 'more values', `at most ${String(MAX_VALUES)}`);
  }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  checkComplexity(bytes);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw bad('header', cause instanceof Error ? cause.message : 'something else', 'UTF-8 JSON');
  }
  if (!isRecord(header)) throw bad('header', shown(header), 'a JSON object');
  return header;
}

function readMetadata(value: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, text] of isRecord(value) ? Object.entries(value) : [])
    if (typeof text === 'string') found.set(key, text);
  if (isRecord(value) && found.size === Object.keys(value).length) return found;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)
  );
}

/** What a header holds, shortened: of bounded depth, it may still be of any length. */
export function shown(value: unknown): string {
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
