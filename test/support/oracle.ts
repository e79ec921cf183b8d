import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import type { HostTensor } from '../../src/formats/hostTensor.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The folder of golden values made with PyTorch, or null where there is none. */
export function oracleDir(): string | null {
  const dir = process.env.FMP_ORACLE ?? join(ROOT, '../shared/oracle');
  return existsSync(join(dir, 'forward/config.json')) ? dir : null;
}

/** A suite that needs the golden values; without them it is skipped and says why. */
export function describeOracle(name: string, body: (dir: string) => void): void {
  const dir = oracleDir();
  if (dir === null) it.skip(`${name}: no golden fixtures; set FMP_ORACLE to their folder`);
  else describe(name, () => body(dir));
}

export function oracleTensors(dir: string, file: string): ReadonlyMap<string, HostTensor> {
  return readSafetensors(readFileSync(join(dir, file)));
}

export function oracleJson(dir: string, file: string): unknown {
  return JSON.parse(readFileSync(join(dir, file), 'utf8'));
}

/** A float tensor's data. */
export function floats(tensors: ReadonlyMap<string, HostTensor>, name: string): Float32Array {
  const data = tensors.get(name)?.data;
  if (!(data instanceof Float32Array)) throw new Error(`${name}: no float tensor`);
  return data;
}

/** A byte tensor's data. */
export function bytes(tensors: ReadonlyMap<string, HostTensor>, name: string): Uint8Array {
  const data = tensors.get(name)?.data;
  if (!(data instanceof Uint8Array)) throw new Error(`${name}: no byte tensor`);
  return data;
}

/** A 64-bit integer tensor's data as 32-bit integers. */
export function integers(tensors: ReadonlyMap<string, HostTensor>, name: string): Int32Array {
  const data = tensors.get(name)?.data;
  if (!(data instanceof BigInt64Array)) throw new Error(`${name}: no integer tensor`);
  return Int32Array.from(data, Number);
}
