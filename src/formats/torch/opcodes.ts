/** The opcodes of pickle protocols 2 to 5 that data needs, by their byte. */
import { badFile, quoted } from './fileError.ts';
import { BAD_PICKLE, itemsOf, mismatch, textOf } from './arguments.ts';
import { COST } from './budget.ts';
import { setArrayState, setDtypeState } from './numpy.ts';
import { setImageState } from './pilImage.ts';
import type { PickleMachine } from './machine.ts';
import {
  AllowedGlobal,
  NumpyArray,
  NumpyDtype,
  PilImage,
  PyDict,
  PyList,
  PyTuple,
  type PickleValue,
} from './values.ts';

type Run = (machine: PickleMachine) => void;

const MAX_PROTOCOL = 5;
/** Bytes of the longest module or class name. */
const MAX_NAME = 256;
/** Bytes of the longest integer; PyTorch's magic number has 10. */
const MAX_INTEGER = 16;
const INTEGER = new DataView(new ArrayBuffer(MAX_INTEGER));

const KNOWN: ReadonlyMap<number, Run> = new Map<number, Run>([
  [0x80, protocol],
  [0x95, (m) => void m.reader.skip(8)], // FRAME: only how much to read at once
  [0x28, (m) => m.mark()],
  [0x30, (m) => void m.pop()],
  [0x31, (m) => void m.popMark()],
  [0x32, (m) => m.push(m.top())],
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x4b, (m) => m.push(m.reader.uint8())],
  [0x4d, (m) => m.push(m.reader.uint16())],
  [0x4a, (m) => m.push(m.reader.int32())],
  [0x8a, (m) => m.pushNumber(integer(m, m.reader.uint8()))],
  [0x8b, (m) => m.pushNumber(integer(m, m.reader.uint32()))],
  [0x47, (m) => m.pushNumber(m.reader.float64())],
  [0x58, (m) => m.pushObject(m.reader.text(m.reader.uint32()))],
  [0x8c, (m) => m.pushObject(m.reader.text(m.reader.uint8()))],
  [0x8d, (m) => m.pushObject(m.reader.text(m.reader.uint64()))],
  // Texts of Python 2.
  [0x54, (m) => m.pushObject(m.reader.text(m.reader.uint32()))],
  [0x55, (m) => m.pushObject(m.reader.text(m.reader.uint8()))],
  [0x42, (m) => m.pushObject(m.reader.bytes(m.reader.uint32()))],
  [0x43, (m) => m.pushObject(m.reader.bytes(m.reader.uint8()))],
  [0x8e, (m) => m.pushObject(m.reader.bytes(m.reader.uint64()))],
  [0x7d, (m) => m.pushObject(new PyDict())],
  [0x5d, (m) => m.pushObject(new PyList())],
  [0x29, (m) => m.pushObject(new PyTuple([]))],
  [0x74, (m) => m.pushObject(new PyTuple(m.popMark()))],
  [0x85, (m) => m.pushObject(new PyTuple(m.popMany(1)))],
  [0x86, (m) => m.pushObject(new PyTuple(m.popMany(2)))],
  [0x87, (m) => m.pushObject(new PyTuple(m.popMany(3)))],
  [0x61, (m) => append(m, [m.pop()])],
  [0x65, (m) => append(m, m.popMark())],
  [0x73, setItem],
  [0x75, (m) => setItems(m, m.popMark())],
  [0x71, (m) => m.remember(m.reader.uint8())],
  [0x72, (m) => m.remember(m.reader.uint32())],
  [0x94, (m) => m.memoize()],
  [0x68, (m) => m.recall(m.reader.uint8())],
  [0x6a, (m) => m.recall(m.reader.uint32())],
  [0x63, (m) => m.pushGlobal(m.reader.line(MAX_NAME), m.reader.line(MAX_NAME))],
  [0x93, stackGlobal],
  [0x51, (m) => m.pushObject(m.load(m.pop()))],
  [0x52, reduce],
  [0x81, reduce],
  [0x62, setState],
]);

/** By opcode. */
export const OPCODES: readonly (Run | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  KNOWN.get(code),
);

function protocol({ reader }: PickleMachine): void {
  const version = reader.uint8();
  if (version > MAX_PROTOCOL)
    throw badFile(
      BAD_PICKLE,
      'pickle protocol',
      String(version),
      `at most ${String(MAX_PROTOCOL)}`,
    );
}

/** Two's complement, little-endian; a number where it is exact. */
function integer({ reader }: PickleMachine, length: number): number | bigint {
  if (length > MAX_INTEGER)
    throw badFile(
      ...([BAD_PICKLE, 'integer', `${String(length)} bytes`] as const),
      `at most ${String(MAX_INTEGER)}`,
    );
  for (let i = 0; i < length; i++) INTEGER.setUint8(i, reader.uint8());
  const sign = length > 0 && INTEGER.getInt8(length - 1) < 0 ? 0xff : 0;
  for (let i = length; i < MAX_INTEGER; i++) INTEGER.setUint8(i, sign);
  const low = INTEGER.getBigInt64(0, true);
  const signed =
    length <= 8 ? low : (INTEGER.getBigInt64(8, true) << 64n) | BigInt.asUintN(64, low);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const list = machine.top();
  if (!(list instanceof PyList)) throw mismatch('items', list, 'a list to append them to');
  machine.charge(items.length, COST.slot);
  for (const item of items) list.items.push(item);
}

function setItem(machine: PickleMachine): void {
  const value = machine.pop();
  setItems(machine, [machine.pop(), value]);
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const dict = machine.top();
  if (!(dict instanceof PyDict)) throw mismatch('items', dict, 'a dictionary to set them in');
  machine.charge(items.length / 2, COST.entry);
  for (let i = 0; i < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (key === undefined || value === undefined)
      throw mismatch('dictionary', value, 'a value for every key');
    dict.set(key, value);
  }
}

function stackGlobal(machine: PickleMachine): void {
  const name = textOf(machine.pop(), 'global name');
  machine.pushGlobal(textOf(machine.pop(), 'global module'), name);
}

/** REDUCE and NEWOBJ: a value of the allow-list from its arguments. */
function reduce(machine: PickleMachine): void {
  const args = itemsOf(machine.pop(), 'arguments');
  const global = machine.pop();
  if (!(global instanceof AllowedGlobal)) throw mismatch('callable', global, 'an allowed name');
  machine.pushObject(global.build(args));
}

function setState(machine: PickleMachine): void {
  const state = machine.pop();
  const target = machine.top();
  if (target instanceof NumpyArray) setArrayState(target, state);
  else if (target instanceof NumpyDtype) setDtypeState(state);
  else if (target instanceof PilImage) setImageState(target, state);
  // An OrderedDict's attributes, such as a state dict's `_metadata`, hold no weights.
  else if (!(target instanceof PyDict))
    throw badFile(BAD_PICKLE, 'state', quoted('BUILD'), 'a dictionary, an array or an image');
}
