/** A folder of golden values made with PyTorch: its files, read once, with their types checked. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostTensor } from '../../src/formats/hostTensor.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';

export type Tensors = ReadonlyMap<string, HostTensor>;

export class OracleFolder {
  private readonly dir: string;
  private readonly read = new Map<string, Tensors>();

  /** @throws Error where `dir` holds no golden values */
  constructor(dir: string) {
    this.dir = dir;
    if (!this.has('forward/config.json'))
      throw new Error(`${dir} is no oracle folder: it has no forward/config.json`);
  }

  has(file: string): boolean {
    return existsSync(join(this.dir, file));
  }

  /** The caller names the shape; a field that is not there shows up as a failed check. */
  json(file: string): unknown {
    return JSON.parse(readFileSync(join(this.dir, file), 'utf8'));
  }

  tensors(file: string): Tensors {
    const known = this.read.get(file);
    if (known !== undefined) return known;
    const tensors = readSafetensors(readFileSync(join(this.dir, file)));
    this.read.set(file, tensors);
    return tensors;
  }

  floats(file: string, name: string): Float32Array {
    const { data } = this.tensor(file, name);
    if (data instanceof Float32Array) return data;
    throw new Error(`${file}: ${name} holds no floats`);
  }

  bytes(file: string, name: string): Uint8Array {
    const { data } = this.tensor(file, name);
    if (data instanceof Uint8Array) return data;
    throw new Error(`${file}: ${name} holds no bytes`);
  }

  /** 64-bit integers as 32-bit ones. */
  integers(file: string, name: string): Int32Array {
    const { data } = this.tensor(file, name);
    if (data instanceof BigInt64Array) return Int32Array.from(data, Number);
    throw new Error(`${file}: ${name} holds no integers`);
  }

  /** Float images stored as [..., C, H, W], channels last. */
  images(file: string, name: string): Float32Array {
    const [channels = 1, height = 1, width = 1] = this.tensor(file, name).shape.slice(-3);
    return swapInner(this.floats(file, name), channels, height * width);
  }

  tensor(file: string, name: string): HostTensor {
    const tensor = this.tensors(file).get(name);
    if (tensor === undefined) throw new Error(`${file} has no tensor ${name}`);
    return tensor;
  }
}

/** [..., rows, columns] to [..., columns, rows]: between channels first and channels last. */
export function swapInner(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  const size = rows * columns;
  for (let start = 0; start < data.length; start += size)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        result[start + c * rows + r] = data[start + r * columns + c] ?? 0;
  return result;
}
