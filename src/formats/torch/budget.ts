import { BAD_PICKLE } from './arguments.ts';
import { badFile } from './fileError.ts';
import {
  PyDict,
  PyList,
  PyTuple,
  StridedTensor,
  TorchStorage,
  type PickleValue,
} from './values.ts';

/** Memory that opening a file may take, in bytes of the file. */
const MAX_GROWTH = 4;
/** Bytes more for the objects of any file: in small ones a byte makes an object of hundreds. */
export const FREE_BYTES = 2 ** 25;

/**
 * Bytes that values take in V8, rounded up: without pointer compression and with the slack of
 * arrays and Maps just after they have grown.
 */
export const COST = {
  /** A place in a stack or list. */
  slot: 24,
  /** A key with its value in a dictionary. */
  entry: 144,
  number: 32,
  text: 64,
  /** Arrays grow from nothing to 17 places. */
  list: 240,
  tuple: 96,
  dict: 320,
  /** A view of the file, also in a copy's buffer. */
  bytes: 256,
  /** A reference to a storage, and what finds it again. */
  storage: 512,
  /** A tensor of a state dict, loaded, without its values. */
  tensor: 1024,
  /** Anything else that a name of the allow-list makes. */
  object: 384,
} as const;

/**
 * The memory that one file may take while it is opened. What is taken is not given back when it
 * is dropped: so the budget bounds the work of copying, too.
 */
export class MemoryBudget {
  #left: number;
  readonly #forTensors: number;

  /** @param more bytes that are granted beside the file's, or taken already if negative */
  constructor(fileBytes: number, more = 0) {
    this.#forTensors = MAX_GROWTH * fileBytes + more;
    this.#left = this.#forTensors + FREE_BYTES;
  }

  /** Bytes that the values of tensors may take: the free ones are not for them. */
  get forTensors(): number {
    return Math.min(this.#left, this.#forTensors);
  }

  /** Call it before memory is taken. @throws FmpError badModel when so many bytes are not left */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0)
      throw badFile(
        ...([BAD_PICKLE, 'memory', 'more values than its size explains'] as const),
        `values within ${String(MAX_GROWTH)} times its bytes and ${String(FREE_BYTES >> 20)} MB`,
      );
  }
}

/** Bytes of a new value alone, without those that it refers to. */
export function costOf(value: PickleValue): number {
  if (typeof value === 'string') return COST.text + 2 * value.length;
  if (typeof value === 'number' || typeof value === 'bigint') return COST.number;
  if (value instanceof Uint8Array) return COST.bytes;
  if (value instanceof PyList) return COST.list;
  if (value instanceof PyTuple) return COST.tuple + 8 * value.items.length;
  if (value instanceof PyDict) return COST.dict;
  // Its key is hashed each time that its bytes are looked up in the archive.
  if (value instanceof TorchStorage) return COST.storage + 4 * value.key.length;
  if (value instanceof StridedTensor) return COST.object + 16 * value.shape.length;
  return COST.object;
}
