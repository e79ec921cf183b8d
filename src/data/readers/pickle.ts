/**
 * Reads the pickles of the CIFAR python archives (protocol 2, as Python 2 wrote them): dicts, lists
 * and numpy arrays of bytes. It interprets the opcodes that those files use and calls nothing; a
 * global that is not numpy's array or dtype is refused. Nothing is allocated by a declared size, and
 * there is an end to how many opcodes are followed: one byte can make an object of hundreds.
 */

/** Strings stay bytes: Python 2 used one type for texts and for pixels. */
export type PickleValue =
  | number
  | boolean
  | null
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | PickleArray
  | PickleGlobal
  | typeof MARK;

/** A dict with texts as keys. */
export class PickleDict extends Map<string, PickleValue> {}

/** A numpy array; `state` is what numpy's `__setstate__` would be given. */
export class PickleArray {
  state: PickleValue = null;
}

/** A name that stands for a class or a function, or what calling one would give. */
export class PickleGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const MARK = Symbol('mark');
const RECONSTRUCT = /^numpy\.(core|_core)\.multiarray _reconstruct$/;
const ALLOWED = ['numpy ndarray', 'numpy dtype'];
/** CIFAR-100's training batch, the longest, has about 200,000. */
const MAX_OPCODES = 2 ** 18;
/** Of a key, a name or a type, bytes. */
const MAX_TEXT = 256;

/** @throws RangeError where the pickle is damaged, ends early or holds what is not accepted */
export function unpickle(bytes: Uint8Array): PickleValue {
  return new Unpickler(bytes).run();
}

/** Bytes as text, one character each. @throws RangeError beyond 256: the same bytes may come again and again */
export function latin(bytes: Uint8Array): string {
  if (bytes.length > MAX_TEXT)
    throw new RangeError(`a text of more than ${String(MAX_TEXT)} bytes`);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

class Unpickler {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly stack: PickleValue[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private at = 0;
  private steps = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  run(): PickleValue {
    for (;;) {
      const start = this.at;
      const op = String.fromCharCode(this.uint8());
      if (op === '.') return this.pop();
      if (!this.step(op))
        throw new RangeError(`an opcode that is not accepted, at byte ${String(start)}`);
    }
  }

  /** Does what one opcode says. @returns whether it is known */
  private step(op: string): boolean {
    const { stack } = this;
    if (++this.steps > MAX_OPCODES)
      throw new RangeError(`more than ${String(MAX_OPCODES)} opcodes`);
    const literal = this.literal(op);
    if (literal !== undefined) stack.push(literal);
    else if (op === '\x80') this.uint8();
    else if (op === '(') stack.push(MARK);
    else if (op === 'q') this.memo.set(this.uint8(), this.top());
    else if (op === 'r') this.memo.set(this.uint32(), this.top());
    else if (op === 'h') stack.push(this.remembered(this.uint8()));
    else if (op === 'j') stack.push(this.remembered(this.uint32()));
    else if (op === 't') stack.push(this.popToMark());
    else if (op === '\x85' || op === '\x86' || op === '\x87')
      stack.push(this.popMany(op.charCodeAt(0) - 0x84));
    else if (op === 'a') this.append(this.popMany(1));
    else if (op === 'e') this.append(this.popToMark());
    else if (op === 's') this.setItems(this.popMany(2));
    else if (op === 'u') this.setItems(this.popToMark());
    else if (op === 'c') stack.push(this.global());
    else if (op === 'R') this.reduce();
    else if (op === 'b') this.build();
    else return false;
    return true;
  }

  /** A value that the opcode itself holds. */
  private literal(op: string): PickleValue | undefined {
    if (op === 'N') return null;
    if (op === '\x88' || op === '\x89') return op === '\x88';
    if (op === '}') return new PickleDict();
    if (op === ']' || op === ')') return [];
    if (op === 'K') return this.uint8();
    if (op === 'M') return this.uint8() + 256 * this.uint8();
    if (op === 'J') return this.uint32() | 0;
    if (op === '\x8a') return this.long(this.uint8());
    if (op === 'U') return this.take(this.uint8());
    if (op === 'T' || op === 'X') return this.take(this.uint32());
    return undefined;
  }

  private append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new RangeError('an append to what is no list');
    for (const value of values) list.push(value);
  }

  private setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof PickleDict)) throw new RangeError('an item of what is no dict');
    for (let i = 0; i + 1 < items.length; i += 2) {
      const key = items[i];
      if (!(key instanceof Uint8Array)) throw new RangeError('a key that is no text');
      dict.set(latin(key), items[i + 1] ?? null);
    }
  }

  private global(): PickleGlobal {
    const name = `${this.line()} ${this.line()}`;
    if (!RECONSTRUCT.test(name) && !ALLOWED.includes(name))
      throw new RangeError(`the name ${JSON.stringify(name.slice(0, 80))}, which is not accepted`);
    return new PickleGlobal(name);
  }

  /** What numpy's `_reconstruct` and `dtype` would give; nothing is called. */
  private reduce(): void {
    const [callee, given] = this.popMany(2);
    if (!(callee instanceof PickleGlobal) || !Array.isArray(given))
      throw new RangeError('a call of what is no function');
    const [kind] = given;
    if (RECONSTRUCT.test(callee.name)) this.stack.push(new PickleArray());
    else if (callee.name === 'numpy dtype' && kind instanceof Uint8Array)
      this.stack.push(new PickleGlobal(`dtype ${latin(kind)}`));
    else throw new RangeError(`a call of ${callee.name}`);
  }

  private build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickleArray) target.state = state;
    // A dtype's state is its byte order, which bytes do not have.
    else if (!(target instanceof PickleGlobal)) throw new RangeError('a state of what has none');
  }

  private pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw new RangeError('a value that is missing');
    return value;
  }

  private top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined) throw new RangeError('a value that is missing');
    return value;
  }

  private popMany(count: number): PickleValue[] {
    if (this.stack.length < count) throw new RangeError('a value that is missing');
    return this.stack.splice(this.stack.length - count);
  }

  private popToMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw new RangeError('a mark that is missing');
    const values = this.stack.splice(mark + 1);
    this.stack.pop();
    return values;
  }

  private remembered(key: number): PickleValue {
    const value = this.memo.get(key);
    if (value === undefined) throw new RangeError('a value that was never stored');
    return value;
  }

  private uint8(): number {
    return this.take(1)[0] ?? 0;
  }

  /** A signed integer of up to six bytes, least byte first. */
  private long(count: number): number {
    if (count > 6) throw new RangeError('a number that is too large');
    const bytes = this.take(count);
    const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
    return (bytes.at(-1) ?? 0) < 128 ? value : value - 256 ** count;
  }

  private uint32(): number {
    const { at } = this;
    this.take(4);
    return this.view.getUint32(at, true);
  }

  private line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0 || end - this.at > MAX_TEXT) throw new RangeError('a line that does not end');
    const text = latin(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  private take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at)
      throw new RangeError(`an end after ${String(this.bytes.length)} bytes`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}
