/** Small pickles that would make much of little: each ends within its budget of memory, and soon. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { FmpError } from '../../../src/core/errors.ts';
import { FREE_BYTES, MemoryBudget } from '../../../src/formats/torch/budget.ts';
import { ByteReader } from '../../../src/formats/torch/byteReader.ts';
import { unpickle } from '../../../src/formats/torch/unpickle.ts';
import {
  PyDict,
  PyTuple,
  TorchStorage,
  type PickleValue,
} from '../../../src/formats/torch/values.ts';
import { factsOf } from '../../support/facts.ts';
import { cpuMs } from './cpuTime.ts';
import { PickleWriter } from './pickleWriter.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const STORAGE = new TorchStorage('0', 'F32', 16);
const MAX_MS = 2000;

function read(bytes: Uint8Array): PickleValue {
  return unpickle(new ByteReader(bytes, 'test'), () => STORAGE, new MemoryBudget(bytes.length));
}

/** `start`, then a piece `count` times; nothing of it is popped. */
function repeated(
  count: number,
  piece: readonly number[] | ((i: number) => readonly number[]),
  start: (writer: PickleWriter) => unknown = () => undefined,
): Uint8Array {
  const writer = new PickleWriter();
  start(writer);
  const head = writer.done().subarray(0, -1);
  const of = typeof piece === 'function' ? piece : () => piece;
  const size = of(0).length;
  const bytes = new Uint8Array(head.length + count * size + 1);
  bytes.set(head);
  for (let i = 0; i < count; i++) bytes.set(of(i), head.length + i * size);
  bytes[bytes.length - 1] = 0x2e;
  return bytes;
}

const int32 = (i: number): readonly number[] => [0, 8, 16, 24].map((shift) => (i >>> shift) & 255);

/** A remembered list of pairs in a tuple of arguments, and OrderedDict. */
function pairs(writer: PickleWriter): void {
  writer.global('collections', 'OrderedDict').raw(0x71, 0, 0x5d).mark();
  for (let i = 0; i < 5000; i++) writer.raw(0x4a, ...int32(i), 0x4e, 0x86);
  writer.raw(0x65, 0x85, 0x71, 1);
}

/** What makes a tensor of 16 sides, and its arguments, remembered. */
function tensor(writer: PickleWriter): void {
  const sides = (): unknown =>
    writer
      .mark()
      .raw(
        ...Array<number>(16)
          .fill(1)
          .flatMap((side) => [0x4b, side]),
      )
      .tuple();
  writer.raw(0x4e, 0x71, 0);
  writer.global('torch._utils', '_rebuild_tensor_v2').raw(0x71, 1).mark();
  writer.raw(0x4e, 0x51, 0x4b, 0);
  sides();
  sides();
  writer.raw(0x89, 0x4e).tuple().raw(0x71, 2);
}

const FAMILY: readonly (readonly [what: string, make: () => Uint8Array])[] = [
  ['None', () => repeated(1_900_000, [0x4e])],
  ['marks', () => repeated(1_900_000, [0x28])],
  ['items of a list', () => repeated(1_900_000, [0x4e], (w) => w.raw(0x5d, 0x28))],
  ['one object again', () => repeated(1_900_000, [0x32], (w) => w.raw(0x4e))],
  [
    'memo places',
    () =>
      repeated(
        700_000,
        (i) => [0x72, ...int32(i)],
        (w) => w.raw(0x4e),
      ),
  ],
  ['storages', () => repeated(600_000, [0x68, 0, 0x51], (w) => w.raw(0x4e, 0x71, 0))],
  ['nested tuples', () => repeated(400_000, [0x85], (w) => w.raw(0x4e))],
  ['empty lists', () => repeated(600_000, [0x5d])],
  ['lists of one', () => repeated(300_000, [0x5d, 0x4e, 0x61])],
  ['dictionaries of one', () => repeated(300_000, [0x7d, 0x4b, 1, 0x4e, 0x73])],
  ['short texts', () => repeated(400_000, [0x8c, 1, 0x61])],
  ['short bytes', () => repeated(400_000, [0x43, 1, 0x61])],
  ['floats', () => repeated(600_000, [0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 1])],
  ['integers of 16 bytes', () => repeated(600_000, [0x8a, 16, ...Array<number>(16).fill(0x7f)])],
  [
    'dictionary of integers',
    () =>
      repeated(
        900_000,
        (i) => [0x4a, ...int32(i), 0x4e],
        (w) => w.raw(0x7d, 0x28),
      ),
  ],
  ['OrderedDict of one list, kept', () => repeated(5000, [0x68, 0, 0x68, 1, 0x52], pairs)],
  ['OrderedDict of one list, dropped', () => repeated(5000, [0x68, 0, 0x68, 1, 0x52, 0x30], pairs)],
  ['tensors', () => repeated(300_000, [0x68, 1, 0x68, 2, 0x52], tensor)],
  [
    'images',
    () =>
      repeated(400_000, [0x68, 0, 0x29, 0x81], (w) => w.global('PIL.Image', 'Image').raw(0x71, 0)),
  ],
];

/** Bytes of memory that are held, without garbage. */
function held(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes that are held where the budget or the file ends, while stack and memo are alive. */
function peakOf(bytes: Uint8Array): number {
  // In place of the end, an opcode that calls `load`.
  const probe = bytes.slice();
  probe[probe.length - 1] = 0x51;
  const before = held();
  const measured: number[] = [];
  const budget = new (class extends MemoryBudget {
    override take(count: number): void {
      try {
        super.take(count);
      } catch (error) {
        measured.push(held());
        throw error;
      }
    }
  })(bytes.length);
  const load = (): PickleValue => {
    if (reader.left === 0) measured.push(held());
    return STORAGE;
  };
  const reader = new ByteReader(probe, 'test');
  const error = caught(() => unpickle(reader, load, budget));
  expect(error).toBeInstanceOf(FmpError);
  const [most] = measured;
  if (most === undefined) throw new Error('memory was not measured');
  return most - before;
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}

describe('a small pickle of many', () => {
  it.each(FAMILY)('%s takes at most 4 times its size and the free bytes', (_, make) => {
    const bytes = make();
    expect(peakOf(bytes)).toBeLessThanOrEqual(4 * bytes.length + FREE_BYTES);
  });

  it.each(FAMILY)('%s ends soon', (_, make) => {
    const bytes = make();
    const ms = cpuMs(() => {
      const error = caught(() => read(bytes));
      if (error !== null) expect(error).toBeInstanceOf(FmpError);
    });
    expect(ms).toBeLessThan(MAX_MS);
  });

  it.each(['kept', 'dropped'])('charges a list for each dictionary made of it: %s', (what) => {
    const [, make] = FAMILY.find(([name]) => name === `OrderedDict of one list, ${what}`) ?? [];
    if (make === undefined) throw new Error('no such pickle');
    expect(factsOf(() => read(make()))).toMatchObject({ code: 'badModel', field: 'memory' });
  });

  it('charges every element of a list that is a size, however often', () => {
    const bytes = repeated(90_000, [0x68, 0, 0x68, 1, 0x52, 0x30], (w) => {
      w.global('torch', 'Size').raw(0x71, 0, 0x5d).mark();
      w.raw(...Array<number>(20_000).fill(0x4e)).raw(0x65, 0x85, 0x71, 1);
    });
    expect(factsOf(() => read(bytes))).toMatchObject({ field: 'memory' });
  });
});

describe('keys that a hash cannot tell apart', () => {
  /** V8's hash of an integer, which is the same in every process. */
  function hash(key: number): number {
    let x = (~key + (key << 15)) >>> 0;
    x = (x ^ (x >>> 12)) >>> 0;
    x = (x + (x << 2)) >>> 0;
    x = (x ^ (x >>> 4)) >>> 0;
    x = Math.imul(x, 2057) >>> 0;
    return (x ^ (x >>> 16)) >>> 0;
  }

  it('are read as soon as others', () => {
    const same: number[] = [];
    for (let key = 0; same.length < 20_000; key++) if ((hash(key) & 0xfff) === 5) same.push(key);
    const dict = new PyDict();
    const ms = cpuMs(() => {
      for (const key of same) dict.set(key, null);
    });
    expect(dict.size).toBe(same.length);
    expect(ms).toBeLessThan(300);
  });

  it('are the keys they were', () => {
    const keys = [5, -0.5, 2n ** 64n, '5', '\0n5', '\0', null, true, new PyTuple([])];
    const dict = new PyDict();
    keys.forEach((key, i) => dict.set(key, i));
    expect(Array.from(dict.entries())).toEqual(keys.map((key, i) => [key, i]));
    expect(keys.map((key) => dict.get(key))).toEqual([...keys.keys()]);
  });
});
