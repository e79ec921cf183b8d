import { badFile } from './fileError.ts';
import { BAD_PICKLE } from './arguments.ts';
import { COST, costOf, type MemoryBudget } from './budget.ts';
import type { ByteReader } from './byteReader.ts';
import { createGlobals, type FindGlobal } from './globals.ts';
import type { PickleValue } from './values.ts';

/** In files of any size: to make and to collect them takes time. */
const MAX_OBJECTS = 500_000;
/** Pickles name a class once and remember it. */
const MAX_GLOBALS = 1000;

/** What a pickle refers to outside itself, e.g. a storage of a tensor. */
export type LoadPersistent = (id: PickleValue) => PickleValue;

/** Stack, marks and memo; whatever grows is charged to the budget before it does. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly load: LoadPersistent;
  readonly #stack: PickleValue[] = [];
  /** Stack heights. */
  readonly #marks: number[] = [];
  /** Pickles number what they remember 0, 1, 2, … */
  readonly #memo: PickleValue[] = [];
  readonly #find: FindGlobal;
  readonly #budget: MemoryBudget;
  /** Places of stack and marks that are charged. */
  #paid = { stack: 0, marks: 0 };
  #globalsLeft = MAX_GLOBALS;
  #objectsLeft = MAX_OBJECTS;

  constructor(reader: ByteReader, load: LoadPersistent, budget: MemoryBudget) {
    this.reader = reader;
    this.load = load;
    this.#budget = budget;
    this.#find = createGlobals(budget);
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= this.#paid.stack) {
      this.#budget.take(COST.slot);
      this.#paid.stack++;
    }
    this.#stack.push(value);
  }

  /** Pushes a number that may not fit into a place of the stack. */
  pushNumber(value: number | bigint): void {
    this.#budget.take(COST.number);
    this.push(value);
  }

  /** Charges values that are put into a list or dictionary. @param each bytes: one of `COST` */
  charge(count: number, each: number): void {
    this.#budget.take(count * each);
  }

  pushGlobal(module: string, name: string): void {
    if (--this.#globalsLeft < 0)
      throw badFile(BAD_PICKLE, 'globals', 'more', `at most ${String(MAX_GLOBALS)}`);
    this.push(this.#find(module, name));
  }

  /** Pushes a text, a container or another object that takes memory of its own. */
  pushObject(value: PickleValue): void {
    if (--this.#objectsLeft < 0)
      throw badFile(BAD_PICKLE, 'objects', 'more', `at most ${String(MAX_OBJECTS)}`);
    this.#budget.take(costOf(value));
    this.push(value);
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
    if (this.#marks.length >= this.#paid.marks) {
      this.#budget.take(COST.slot);
      this.#paid.marks++;
    }
    this.#marks.push(this.#stack.length);
  }

  /** What was pushed since the last mark. */
  popMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw badFile(BAD_PICKLE, 'pickle stack', 'no mark', 'a mark');
    return this.#stack.splice(height);
  }

  /** The last `count` values. */
  popMany(count: number): PickleValue[] {
    const height = this.#stack.length - count;
    if (height < (this.#marks.at(-1) ?? 0))
      throw badFile(BAD_PICKLE, 'pickle stack', 'too few values', String(count));
    return this.#stack.splice(height);
  }

  remember(index: number): void {
    if (index > this.#memo.length)
      throw badFile(BAD_PICKLE, 'memo', String(index), `at most ${String(this.#memo.length)}`);
    if (index === this.#memo.length) this.#budget.take(COST.slot);
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
}
