import { badFile } from './fileError.ts';
import { BAD_PICKLE } from './arguments.ts';
import type { ByteReader } from './byteReader.ts';
import { createGlobals, type FindGlobal } from './globals.ts';
import type { PickleValue } from './values.ts';

/** Objects that any file may have, and one more for so many bytes: real files have one per 50. */
const FREE_OBJECTS = 65_536;
const BYTES_PER_OBJECT = 16;
const MAX_OBJECTS = 500_000;
/** Pickles name a class once and remember it. */
const MAX_GLOBALS = 1000;

/** What a pickle refers to outside itself, e.g. a storage of a tensor. */
export type LoadPersistent = (id: PickleValue) => PickleValue;

/** Stack, marks and memo, each bounded by the opcodes read. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly load: LoadPersistent;
  readonly #stack: PickleValue[] = [];
  /** Stack heights. */
  readonly #marks: number[] = [];
  /** Pickles number what they remember 0, 1, 2, … */
  readonly #memo: PickleValue[] = [];
  readonly #find: FindGlobal;
  #globalsLeft = MAX_GLOBALS;
  #objectsLeft: number;
  #bytesLeft: number;

  constructor(reader: ByteReader, load: LoadPersistent) {
    this.reader = reader;
    this.load = load;
    const { left } = reader;
    this.#objectsLeft = Math.min(MAX_OBJECTS, FREE_OBJECTS + left / BYTES_PER_OBJECT);
    this.#bytesLeft = left;
    this.#find = createGlobals({ take: (bytes) => this.#takeBytes(bytes) });
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pushGlobal(module: string, name: string): void {
    if (--this.#globalsLeft < 0)
      throw badFile(BAD_PICKLE, 'globals', 'more', `at most ${String(MAX_GLOBALS)}`);
    this.#stack.push(this.#find(module, name));
  }

  /** Pushes a text, a container or another object that takes memory of its own. */
  pushObject(value: PickleValue): void {
    if (--this.#objectsLeft < 0)
      throw badFile(BAD_PICKLE, 'objects', 'more than its size allows', 'fewer objects');
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.top();
    this.#stack.length--;
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw badFile(BAD_PICKLE, 'pickle stack', 'nothing', 'a value');
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** What was pushed since the last mark. */
  popMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw badFile(BAD_PICKLE, 'pickle stack', 'no mark', 'a mark');
    return this.#stack.splice(height);
  }

  remember(index: number): void {
    if (index > this.#memo.length)
      throw badFile(BAD_PICKLE, 'memo', String(index), `at most ${String(this.#memo.length)}`);
    this.#memo[index] = this.top();
  }

  memoize(): void {
    this.remember(this.#memo.length);
  }

  recall(index: number): void {
    const value = this.#memo[index];
    if (value === undefined)
      throw badFile(BAD_PICKLE, 'memo', String(index), `below ${String(this.#memo.length)}`);
    this.push(value);
  }

  #takeBytes(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0)
      throw badFile(BAD_PICKLE, 'bytes', 'more bytes than the file holds', 'each of them once');
  }
}
