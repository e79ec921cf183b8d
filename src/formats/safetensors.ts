import { FmpError } from '../core/errors.ts';
import {
  decodeTensor,
  DTYPE_BYTES,
  type FloatTensor,
  type HostTensor,
  type IntTensor,
  type LongTensor,
  type ByteTensor,
} from './hostTensor.ts';
import { LENGTH_BYTES, METADATA, readHeader, shown } from './safetensorsHeader.ts';

// In browsers and in Node alike, but in no library that the core is compiled against.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const BRACE = 0x7b;

/** A JSON object behind eight bytes: no PyTorch file begins like that. */
export function looksLikeSafetensors(bytes: Uint8Array): boolean {
  return bytes[LENGTH_BYTES] === BRACE;
}

export interface SafetensorsFile {
  /** In the order of the header. */
  readonly tensors: Map<string, HostTensor>;
  /** The texts of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * A .safetensors file: 8 bytes little-endian header length, JSON header, data
 * (https://github.com/huggingface/safetensors#format). The tensors must cover the data exactly, so
 * what they take is bounded by the file: at most 4 times its size.
 * @throws FmpError badModel naming the tensor or header field that is wrong
 */
export function openSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, dataStart } = readHeader(bytes);
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin, end }) => [
      name,
      decodeTensor(dtype, shape, bytes.subarray(dataStart + begin, dataStart + end)),
    ]),
  );
  return { tensors, metadata };
}

/** Its tensors alone. @throws FmpError badModel, as `openSafetensors` */
export function readSafetensors(bytes: Uint8Array): Map<string, HostTensor> {
  return openSafetensors(bytes).tensors;
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
