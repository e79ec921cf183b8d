import { describe, expect, it } from 'vitest';
import { factsOf } from '../../support/facts.ts';
import { randomWeights, TINY_PLAN } from '../../support/weights.ts';
import {
  PickleWriter,
  torchLegacy,
  torchZip,
  type Storage,
  type StoredTensor,
} from './pickleWriter.ts';
import { bytesOf, storedWeights, tensorsOf, torchStateDicts } from './torchFiles.ts';

const SIX = Float32Array.of(0, 1, 2, 3, 4, 5);
const FLOATS: Storage = { type: 'FloatStorage', length: 6, bytes: new Uint8Array(SIX.buffer) };
const WHOLE: StoredTensor = { storage: '0', offset: 0, shape: [2, 3], strides: [3, 1] };

/** A zip file with one tensor. */
function one(view: Partial<StoredTensor>, storage: Storage = FLOATS): Uint8Array {
  const pickle = new PickleWriter().dict({ t: (w) => w.tensor({ ...WHOLE, ...view }, storage) });
  return torchZip(pickle.done(), new Map([['0', storage.bytes]]));
}

describe('a PyTorch file', () => {
  it.each(['zip', 'legacy'] as const)('in the %s format holds what was saved', (format) => {
    expect(tensorsOf(torchStateDicts()[format])).toEqual(randomWeights(TINY_PLAN));
  });

  it.each<[string, Partial<StoredTensor>, readonly number[]]>([
    ['dense', {}, [0, 1, 2, 3, 4, 5]],
    ['transposed', { shape: [3, 2], strides: [1, 3] }, [0, 3, 1, 4, 2, 5]],
    ['with an offset', { offset: 4, shape: [2], strides: [1] }, [4, 5]],
    ['with steps', { shape: [3], strides: [2] }, [0, 2, 4]],
    ['expanded', { offset: 1, shape: [2, 2], strides: [0, 1] }, [1, 2, 1, 2]],
    ['a scalar', { offset: 3, shape: [], strides: [] }, [3]],
    ['empty', { offset: 6, shape: [2, 0], strides: [9, 9] }, []],
    ['a side of one with any stride', { shape: [1, 2], strides: [77, 1] }, [0, 1]],
  ])('reads a view: %s', (_, view, expected) => {
    const tensor = tensorsOf(one(view)).get('t');
    expect(tensor?.data).toEqual(Float32Array.from(expected));
    expect(tensor?.shape).toEqual(view.shape ?? WHOLE.shape);
  });

  it.each([
    ['DoubleStorage', Float64Array.of(1.5, -2), Float32Array.of(1.5, -2)],
    ['HalfStorage', Uint16Array.of(0x3e00, 0xc000), Float32Array.of(1.5, -2)],
    ['BFloat16Storage', Uint16Array.of(0x3fc0, 0xc000), Float32Array.of(1.5, -2)],
    ['LongStorage', BigInt64Array.of(7n, -2n), BigInt64Array.of(7n, -2n)],
    ['IntStorage', Int32Array.of(7, -2), Int32Array.of(7, -2)],
    ['ShortStorage', Int16Array.of(7, -2), Int32Array.of(7, -2)],
    ['CharStorage', Int8Array.of(7, -2), Int32Array.of(7, -2)],
    ['ByteStorage', Uint8Array.of(7, 254), Uint8Array.of(7, 254)],
    ['BoolStorage', Uint8Array.of(1, 0), Uint8Array.of(1, 0)],
  ])('decodes %s', (type, stored, expected) => {
    const storage = { type, length: 2, bytes: new Uint8Array(stored.buffer) };
    expect(tensorsOf(one({ shape: [2], strides: [1] }, storage)).get('t')?.data).toEqual(expected);
  });

  it('reads a parameter as its data', () => {
    const writer = new PickleWriter().dict({
      t: (w) => {
        w.global('torch._utils', '_rebuild_parameter').mark().tensor(WHOLE, FLOATS).raw(0x88);
        w.global('collections', 'OrderedDict').raw(0x29, 0x52).tuple().reduce();
      },
    });
    const file = torchZip(writer.done(), new Map([['0', FLOATS.bytes]]));
    expect(tensorsOf(file).get('t')?.data).toEqual(SIX);
  });

  it.each<[string, Partial<StoredTensor>, RegExp]>([
    ['one element past the end', { offset: 1 }, /element 7/],
    ['a stride past the end', { strides: [4, 1] }, /element 7/],
    ['an offset past the end', { offset: 7, shape: [0], strides: [1] }, /element 7/],
    ['a negative offset', { offset: -1 }, /-1/],
    ['a negative stride', { strides: [3, -1] }, /-1/],
    ['a negative side', { shape: [2, -3] }, /-3/],
    ['fewer strides than sides', { strides: [1] }, /1 strides/],
    ['more elements than a number', { shape: [2 ** 40, 2 ** 40], strides: [0, 0] }, /×/],
    [
      '17 dimensions',
      { shape: Array<number>(17).fill(1), strides: Array<number>(17).fill(1) },
      /17/,
    ],
    ['an expanded element', { shape: [2 ** 31], strides: [0] }, /2147483648/],
  ])('refuses %s', (_, view, got) => {
    const facts = factsOf(() => tensorsOf(one(view)));
    expect(facts.code).toBe('badModel');
    expect(facts.got).toMatch(got);
  });

  it('refuses many views of one storage that together take too much', () => {
    const views = Array.from({ length: 5000 }, (_, i) => [`t${String(i)}`, 0] as const);
    const storage = { type: 'FloatStorage', length: 5000, bytes: new Uint8Array(20_000) };
    const writer = new PickleWriter().dict(
      Object.fromEntries(
        views.map(([name]) => [
          name,
          (w: PickleWriter) => w.tensor({ ...WHOLE, shape: [5000], strides: [1] }, storage),
        ]),
      ),
    );
    const file = torchZip(writer.done(), new Map([['0', storage.bytes]]));
    expect(factsOf(() => tensorsOf(file))).toMatchObject({ code: 'badModel' });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['a storage of another size', one({}, { ...FLOATS, length: 7 }), /24 bytes/],
    ['a storage that is not there', one({ storage: '9' }), /no such entry/],
    [
      'no data.pkl',
      torchZip(new Uint8Array(0)).map((b) => (b === 0x6b ? 0x6c : b)),
      /no such entry/,
    ],
    [
      'a big-endian file',
      torchZip(new PickleWriter().raw(0x4e).done(), undefined, {
        'a/byteorder': Buffer.from('big'),
      }),
      /text/,
    ],
    [
      'a TorchScript archive',
      torchZip(new PickleWriter().raw(0x4e).done(), undefined, {
        'a/constants.pkl': Buffer.from(''),
      }),
      /TorchScript/,
    ],
    ['another pickle', new PickleWriter().raw(0x4e).done(), /None/],
  ])('refuses %s', (_, file, got) => {
    expect(factsOf(() => tensorsOf(file)).got).toMatch(got);
  });

  it.each<[string, (storages: Map<string, Storage>) => unknown, RegExp]>([
    ['storage that is cut', (s) => s.set('0', { ...FLOATS, bytes: new Uint8Array(23) }), /length/],
    ['storage of another count', (s) => s.set('0', { ...FLOATS, length: 5 }), /storage 0/],
    ['storage of no tensor', (s) => s.set('1', FLOATS), /storage 1/],
    ['storage that is missing', (s) => s.delete('0'), /storage 0/],
  ])('refuses a legacy %s', (_, change, field) => {
    const pickle = new PickleWriter().dict({ t: (w) => w.tensor(WHOLE, FLOATS) }).done();
    const storages = new Map([['0', FLOATS]]);
    change(storages);
    expect(factsOf(() => tensorsOf(torchLegacy(pickle, storages))).field).toMatch(field);
  });

  it('reads parts of a legacy storage, and refuses those beyond it', () => {
    const file = (first: number): Uint8Array => {
      const writer = new PickleWriter().dict({
        t: (w) => {
          w.global('torch._utils', '_rebuild_tensor_v2').mark().mark().text('storage');
          w.global('torch', 'FloatStorage').text('0').text('cpu').int(6);
          w.mark().text('part').int(first).int(2).tuple().tuple().raw(0x51);
          w.int(0).ints([2]).ints([1]).raw(0x89, 0x4e).tuple().reduce();
        },
      });
      return torchLegacy(writer.done(), new Map([['0', FLOATS]]));
    };
    expect(tensorsOf(file(3)).get('t')?.data).toEqual(Float32Array.of(3, 4));
    expect(factsOf(() => tensorsOf(file(5))).got).toMatch(/up to 7/);
  });

  it('names the tensors as the file does, whatever they are called', () => {
    const { storages, write } = storedWeights(undefined, (name) => `__proto__.${name}`);
    const tensors = tensorsOf(torchZip(write(new PickleWriter()).done(), bytesOf(storages)));
    expect([...tensors.keys()].every((name) => name.startsWith('__proto__.'))).toBe(true);
    expect(tensors.size).toBe(storages.size);
  });
});
