import { decodeBfloat, decodeHalf } from './halfFloat.ts';

/** A tensor from a file, row-major, in memory of its own. `dtype` is how the file stored it. */
export type HostTensor = FloatTensor | IntTensor | LongTensor | ByteTensor;

/** Every float type becomes float32; float64 is rounded to it. */
export interface FloatTensor {
  readonly dtype: 'F64' | 'F32' | 'F16' | 'BF16';
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface IntTensor {
  readonly dtype: 'I32' | 'I16' | 'I8';
  readonly shape: readonly number[];
  readonly data: Int32Array;
}

export interface LongTensor {
  readonly dtype: 'I64';
  readonly shape: readonly number[];
  readonly data: BigInt64Array;
}

export interface ByteTensor {
  readonly dtype: 'U8' | 'BOOL';
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export type HostDtype = HostTensor['dtype'];

/** Bytes per element in a file. */
export const DTYPE_BYTES: Readonly<Record<HostDtype, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export function isHostDtype(value: unknown): value is HostDtype {
  return typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value);
}

/**
 * A tensor from its little-endian bytes, whose count must be that of the shape and dtype.
 * Copies: the result holds no reference to `bytes` and is aligned wherever they lay.
 */
export function decodeTensor(
  dtype: HostDtype,
  shape: readonly number[],
  bytes: Uint8Array,
): HostTensor {
  if (dtype === 'I8') {
    const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    return { dtype, shape, data: Int32Array.from(signed) };
  }
  // Not `slice`, which shares memory where the bytes are a Node Buffer.
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: Float32Array.from(new Float64Array(buffer)) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer) };
    case 'F16':
      return { dtype, shape, data: decodeHalf(new Uint16Array(buffer)) };
    case 'BF16':
      return { dtype, shape, data: decodeBfloat(new Uint16Array(buffer)) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer) };
    case 'I16':
      return { dtype, shape, data: Int32Array.from(new Int16Array(buffer)) };
    case 'U8':
    case 'BOOL':
      return { dtype, shape, data: new Uint8Array(buffer) };
  }
}
