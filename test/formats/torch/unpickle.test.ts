import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../../src/formats/torch/budget.ts';
import { ByteReader } from '../../../src/formats/torch/byteReader.ts';
import { unpickle } from '../../../src/formats/torch/unpickle.ts';
import { PyDict, PyList, PyTuple, type PickleValue } from '../../../src/formats/torch/values.ts';
import { factsOf } from '../../support/facts.ts';
import { cpuMs } from './cpuTime.ts';
import { int64, int64Array } from './backdoorFiles.ts';
import { PickleWriter } from './pickleWriter.ts';

function read(bytes: Uint8Array): PickleValue {
  const budget = new MemoryBudget(bytes.length);
  return unpickle(new ByteReader(bytes, 'test'), () => 'persistent', budget);
}

const pickle = (write: (writer: PickleWriter) => unknown): Uint8Array => {
  const writer = new PickleWriter();
  write(writer);
  return writer.done();
};

describe('unpickle', () => {
  it.each<[string, (writer: PickleWriter) => unknown, PickleValue]>([
    ['None', (w) => w.raw(0x4e), null],
    ['True', (w) => w.raw(0x88), true],
    ['a byte', (w) => w.raw(0x4b, 200), 200],
    ['two bytes', (w) => w.raw(0x4d, 1, 2), 513],
    ['a negative integer', (w) => w.raw(0x4a, 0xff, 0xff, 0xff, 0xff), -1],
    ['an empty long', (w) => w.raw(0x8a, 0), 0],
    [
      'a negative long of 9 bytes',
      (w) => w.raw(0x8a, 9, ...Array<number>(8).fill(0), 0xff),
      -(2n ** 64n),
    ],
    ['a negative long', (w) => w.raw(0x8a, 1, 0xfe), -2],
    ['a large long', (w) => w.raw(0x8a, 9, ...Array<number>(8).fill(0), 1), 2n ** 64n],
    ['a float', (w) => w.raw(0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), 1.5],
    ['a text', (w) => w.text('Ä\0😀'), 'Ä\0😀'],
    ['a text of Python 2', (w) => w.raw(0x55, 2).ascii('ab'), 'ab'],
    [
      'bytes',
      (w) => w.byteString(Uint8Array.of(0, 127, 128, 255)),
      Uint8Array.of(0, 127, 128, 255),
    ],
    ['no bytes', (w) => w.global('__builtin__', 'bytes').raw(0x29, 0x52), new Uint8Array(0)],
    ['bytes of protocol 3', (w) => w.raw(0x43, 2, 1, 2), Uint8Array.of(1, 2)],
    ['a remembered value', (w) => w.raw(0x4b, 7, 0x71, 0, 0x30, 0x68, 0), 7],
    ['a frame', (w) => w.raw(0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x4e), null],
    ['a reference', (w) => w.raw(0x4e, 0x51), 'persistent'],
    ['a numpy integer', (w) => int64(-3)(w), -3],
    ['a numpy 2 integer', (w) => int64(2 ** 40, 'numpy._core')(w), 2 ** 40],
    ['a tuple', (w) => w.ints([1, 2]), new PyTuple([1, 2])],
    [
      'a size',
      (w) => w.global('torch', 'Size').mark().ints([2, 3]).tuple().reduce(),
      new PyTuple([2, 3]),
    ],
  ])('reads %s', (_, write, expected) => {
    expect(read(pickle(write))).toEqual(expected);
  });

  it('keeps any key of a dictionary a key', () => {
    const keys = ['__proto__', 'constructor', 'toString', 'a'];
    const writer = new PickleWriter().raw(0x7d).mark();
    for (const key of keys) writer.text(key).int(1);
    const dict = read(writer.raw(0x75).done());
    if (!(dict instanceof PyDict)) throw new Error('no dictionary');
    expect(Array.from(dict.entries(), ([key]) => key)).toEqual(keys);
    expect(Object.getPrototypeOf(dict)).toBe(PyDict.prototype);
  });

  it('reads lists that contain themselves, and deep ones, without recursion', () => {
    const own = read(pickle((w) => w.raw(0x5d, 0x71, 0, 0x68, 0, 0x61)));
    expect(own instanceof PyList && own.items[0] === own).toBe(true);
    const depth = 50_000;
    const nested = [...Array<number>(depth).fill(0x5d), ...Array<number>(depth - 1).fill(0x61)];
    expect(read(Uint8Array.from([...nested, 0x2e]))).toBeInstanceOf(PyList);
  });

  it.each([
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['torch', 'load'],
    ['torch._utils', '_rebuild_device_tensor_from_numpy'],
    ['collections', 'OrderedDict.__reduce__'],
    ['__proto__', 'constructor'],
    ['models.preact_resnet', 'PreActResNet'],
  ])('refuses %s.%s by name, however it is named', (module, name) => {
    const global = pickle((w) => w.global(module, name));
    const stack = pickle((w) => w.text(module).text(name).raw(0x93));
    for (const bytes of [global, stack])
      expect(factsOf(() => read(bytes))).toMatchObject({
        field: 'global',
        got: `"${module}.${name}"`,
      });
  });

  it.each<[string, (writer: PickleWriter) => unknown, RegExp]>([
    ['an unknown opcode', (w) => w.raw(0x49), /opcode at byte 2/],
    ['an opcode of protocol 0', (w) => w.ascii("S'a'\n"), /opcode/],
    ['an instance', (w) => w.ascii('ios\nsystem\n'), /opcode/],
    ['an extension', (w) => w.raw(0x82, 1), /opcode/],
    ['nothing on the stack', () => undefined, /stack/],
    ['a pop below a mark', (w) => w.raw(0x4e, 0x28, 0x30), /stack/],
    ['no mark', (w) => w.raw(0x74), /stack/],
    ['a memo of the future', (w) => w.raw(0x4e, 0x71, 5), /memo/],
    ['a memo that is not there', (w) => w.raw(0x68, 0), /memo/],
    ['items of no list', (w) => w.raw(0x4e, 0x4e, 0x61), /items/],
    ['items of no dictionary', (w) => w.raw(0x4e, 0x4e, 0x4e, 0x73), /items/],
    ['a key without a value', (w) => w.raw(0x7d, 0x28, 0x4e, 0x75), /dictionary/],
    ['a call of a text', (w) => w.text('eval').raw(0x29, 0x52), /callable/],
    ['a call without arguments', (w) => w.global('torch', 'Size').raw(0x4e, 0x52), /arguments/],
    ['a state of a list', (w) => w.raw(0x5d, 0x4e, 0x62), /state/],
    ['a storage made', (w) => w.global('torch', 'FloatStorage').raw(0x29, 0x52), /FloatStorage/],
    ['text that is not UTF-8', (w) => w.raw(0x8c, 1, 0xff), /text/],
    ['a text beyond the end', (w) => w.raw(0x58, 255, 255, 255, 255), /length/],
    ['a text of 2^60 bytes', (w) => w.raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 16), /length/],
    ['a long of 255 bytes', (w) => w.raw(0x8a, 255, ...Array<number>(255).fill(1)), /integer/],
    ['a name without end', (w) => w.raw(0x63, ...Array<number>(999).fill(0x61)), /name/],
    ['protocol 6', (w) => w.raw(0x80, 6), /protocol/],
    [
      'characters beyond latin1',
      (w) => w.global('_codecs', 'encode').mark().text('€').text('latin1').tuple().reduce(),
      /encode/,
    ],
    [
      'another encoding',
      (w) => w.global('_codecs', 'encode').mark().text('a').text('hex').tuple().reduce(),
      /encode/,
    ],
    [
      'big-endian numbers',
      (w) => w.global('numpy', 'dtype').mark().text('>i8').tuple().reduce(),
      /dtype/,
    ],
    [
      'objects in an array',
      (w) => w.global('numpy', 'dtype').mark().text('O8').tuple().reduce(),
      /dtype/,
    ],
    [
      'an array of other bytes',
      (w) => {
        int64Array([1, 2])(w);
        w.mark().int(1).ints([9]).global('numpy', 'dtype').mark().text('i8').tuple().reduce();
        w.raw(0x89).byteString(Buffer.from('abc')).tuple().raw(0x62);
      },
      /array/,
    ],
  ])('refuses %s', (_, write, field) => {
    const facts = factsOf(() => read(pickle(write)));
    expect(facts.code).toBe('badModel');
    expect(facts.field).toMatch(field);
  });

  it.each([
    ['objects', 0x7d, 3e6],
    ['tuples', 0x29, 3e6],
    ['opcodes', 0x4e, 5e6],
  ])('refuses too many %s soon', (_, code, count) => {
    const bytes = new Uint8Array(count).fill(code);
    const ms = cpuMs(() => expect(factsOf(() => read(bytes)).code).toBe('badModel'));
    expect(ms).toBeLessThan(2000);
  });

  it('refuses to encode one text again and again', () => {
    const writer = new PickleWriter().text('x'.repeat(5000)).raw(0x71, 0);
    writer.global('_codecs', 'encode').raw(0x71, 1).text('latin1').raw(0x71, 2);
    for (let i = 0; i < 9000; i++) writer.raw(0x68, 1, 0x28, 0x68, 0, 0x68, 2, 0x74, 0x52);
    expect(factsOf(() => read(writer.done()))).toMatchObject({ field: 'memory' });
  });
});
