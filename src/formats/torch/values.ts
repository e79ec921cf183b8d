/**
 * What a pickle can hold here: plain data. Python dictionaries are Maps, so that a key such as
 * `__proto__` is a key and nothing else; numpy's integers are numbers and so equal as keys.
 */
import type { HostDtype } from '../hostTensor.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyList
  | PyTuple
  | PyDict
  | AllowedGlobal
  | TorchStorage
  | StridedTensor
  | NumpyDtype
  | NumpyArray
  | PilImage;

export class PyList {
  readonly items: PickleValue[] = [];
}

export class PyTuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/**
 * dict and OrderedDict, in insertion order. An empty one costs no Map. Numbers are kept as texts:
 * unlike those of texts, their hashes are known in advance, and a file with numbers of one hash
 * would take minutes.
 */
export class PyDict {
  #map: Map<PickleValue, PickleValue> | null = null;

  set(key: PickleValue, value: PickleValue): void {
    this.#map ??= new Map();
    this.#map.set(hidden(key), value);
  }

  get(key: PickleValue): PickleValue | undefined {
    return this.#map?.get(hidden(key));
  }

  get size(): number {
    return this.#map?.size ?? 0;
  }

  *entries(): Iterable<[PickleValue, PickleValue]> {
    for (const [key, value] of this.#map ?? []) yield [shownKey(key), value];
  }
}

/** A key as a Map has it: numbers, and texts that look like those, behind a sign of their own. */
function hidden(key: PickleValue): PickleValue {
  if (typeof key === 'number') return `\0n${String(key)}`;
  if (typeof key === 'bigint') return `\0b${String(key)}`;
  return typeof key === 'string' && key.startsWith('\0') ? `\0t${key}` : key;
}

function shownKey(key: PickleValue): PickleValue {
  if (typeof key !== 'string' || !key.startsWith('\0')) return key;
  const text = key.slice(2);
  if (key[1] === 'n') return Number(text);
  return key[1] === 'b' ? BigInt(text) : text;
}

/** A name of the allow-list. "Calling" it assembles a value from its arguments, nothing more. */
export class AllowedGlobal {
  /** E.g. `torch._utils._rebuild_tensor_v2`. */
  readonly name: string;
  readonly build: (args: readonly PickleValue[]) => PickleValue;
  constructor(name: string, build: (args: readonly PickleValue[]) => PickleValue) {
    this.name = name;
    this.build = build;
  }
}

/** Elements in a file, not read yet. */
export class TorchStorage {
  readonly key: string;
  readonly dtype: HostDtype;
  /** Elements. */
  readonly length: number;
  /** First element, for legacy storages that are part of another one. */
  readonly offset: number;
  constructor(key: string, dtype: HostDtype, length: number, offset = 0) {
    this.key = key;
    this.dtype = dtype;
    this.length = length;
    this.offset = offset;
  }
}

/** A view of a storage that has been checked to lie inside it. */
export class StridedTensor {
  readonly storage: TorchStorage;
  /** First element in the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
  constructor(
    storage: TorchStorage,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** E.g. `i8` for int64: kind and bytes per element, little-endian. */
export class NumpyDtype {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
}

/** Empty until its state is set, as numpy pickles it. */
export class NumpyArray {
  dtype: NumpyDtype | null = null;
  shape: readonly number[] = [];
  bytes: Uint8Array = new Uint8Array(0);
}

/** Mode RGB only; empty until its state is set. */
export class PilImage {
  width = 0;
  height = 0;
  /** uint8 RGB, [height, width, 3]. */
  pixels: Uint8Array = new Uint8Array(0);
}

/** What a value is, for messages. */
export function typeName(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${String(value)}`;
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof PyList) return 'a list';
  if (value instanceof PyTuple) return 'a tuple';
  if (value instanceof PyDict) return 'a dictionary';
  if (value instanceof AllowedGlobal) return value.name;
  if (value instanceof TorchStorage) return 'a storage';
  if (value instanceof StridedTensor) return 'a tensor';
  if (value instanceof PilImage) return 'an image';
  return value instanceof NumpyArray ? 'a numpy array' : 'a numpy dtype';
}
