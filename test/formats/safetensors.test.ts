import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import {
  openSafetensors,
  readSafetensors,
  writeSafetensors,
  type WritableTensor,
} from '../../src/formats/safetensors.ts';
import { factsOf } from '../support/facts.ts';
import { cpuMs } from './torch/cpuTime.ts';

/** A file with any header text, any declared header length and any data. */
function fileOf(header: unknown, data: ArrayLike<number> = [], declared?: bigint): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(Array.from(data), 8 + text.length);
  return file;
}

const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const texts = (count: number): string =>
  Array.from({ length: count }, (_, i) => `"${String(i)}":""`).join();
const zeros = (count: number): string => {
  const zero = JSON.stringify(entry('F32', [0], 0, 0));
  return Array.from({ length: count }, (_, i) => `"${String(i)}":${zero}`).join();
};

const shapes = fc.array(fc.nat(4), { maxLength: 3 });
const filled = (shape: readonly number[]): number => shape.reduce((n, side) => n * side, 1);
const tensor: fc.Arbitrary<WritableTensor> = shapes.chain((shape) => {
  const exactly = { minLength: filled(shape), maxLength: filled(shape) };
  return fc.oneof(
    fc.float32Array(exactly).map((data) => ({ dtype: 'F32', shape, data }) as const),
    fc.int32Array(exactly).map((data) => ({ dtype: 'I32', shape, data }) as const),
    fc.bigInt64Array(exactly).map((data) => ({ dtype: 'I64', shape, data }) as const),
    fc.uint8Array(exactly).map((data) => ({ dtype: 'U8', shape, data }) as const),
  );
});
const names = fc.string({ unit: 'grapheme' }).filter((name) => !name.startsWith('__'));
const files = fc.uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name, maxLength: 6 });

describe('safetensors', () => {
  it('reads back what it wrote, wherever the bytes lie in memory', () => {
    fc.assert(
      fc.property(files, fc.nat(7), (list, shift) => {
        const tensors = new Map(list);
        const file = writeSafetensors(tensors, { source: 'a "test"' });
        const moved = new Uint8Array(file.length + shift).subarray(shift);
        moved.set(file);
        const read = readSafetensors(moved);
        moved.fill(0);
        expect(new Map([...read].sort())).toEqual(new Map([...tensors].sort()));
      }),
    );
  });

  it('copies out of a Node Buffer instead of sharing its memory', () => {
    const file = Buffer.from(fileOf({ a: entry('U8', [2], 0, 2) }, [7, 8]));
    const data = readSafetensors(file).get('a')?.data;
    file.fill(0);
    expect(data).toEqual(Uint8Array.of(7, 8));
  });

  it.each([
    ['F64', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], Float32Array.of(1.5)],
    ['F32', [0, 0, 0xc0, 0x3f], Float32Array.of(1.5)],
    ['F16', [0x00, 0x3e], Float32Array.of(1.5)],
    ['BF16', [0xc0, 0x3f], Float32Array.of(1.5)],
    ['I64', [0xfe, 255, 255, 255, 255, 255, 255, 255], BigInt64Array.of(-2n)],
    ['I32', [0xfe, 255, 255, 255], Int32Array.of(-2)],
    ['I16', [0xfe, 255], Int32Array.of(-2)],
    ['I8', [0xfe], Int32Array.of(-2)],
    ['U8', [0xfe], Uint8Array.of(254)],
    ['BOOL', [1], Uint8Array.of(1)],
  ] as const)('decodes %s', (dtype, data, expected) => {
    const read = readSafetensors(fileOf({ a: entry(dtype, [1], 0, data.length) }, data));
    expect(read.get('a')).toEqual({ dtype, shape: [1], data: expected });
  });

  it.each<[why: string, file: Uint8Array, field: string, got: RegExp, expected: RegExp]>([
    ['nothing', new Uint8Array(0), 'file length', /0 bytes/, /8 bytes/],
    ['a cut header', fileOf('{"a":', [], 99n), 'header length', /99 bytes/, /5 bytes/],
    ['a huge header', fileOf('{}', [], 2n ** 63n), 'header length', /9223372036854775808/, /2 b/],
    ['no JSON', fileOf('{nonsense'), 'header', /JSON|position/, /JSON/],
    ['no UTF-8', fileOf('{}').fill(0xff, 8), 'header', /./, /UTF-8/],
    ['a list', fileOf([]), 'header', /\[\]/, /object/],
    ['null', fileOf('null'), 'header', /null/, /object/],
    ['metadata of numbers', fileOf({ __metadata__: { a: 1 } }), '__metadata__', /1/, /strings/],
    ['a number for a tensor', fileOf({ a: 1 }), 'a', /1/, /object/],
    ['__proto__', fileOf('{"__proto__":{}}'), '__proto__', /name/, /no such/],
    ['an unknown dtype', fileOf({ a: entry('F8', [], 0, 1) }, [0]), 'a.dtype', /F8/, /F16/],
    ['an inherited dtype', fileOf({ a: entry('toString', [], 0, 0) }), 'a.dtype', /toS/, /F16/],
    ['no shape', fileOf({ a: { dtype: 'U8' } }), 'a.shape', /nothing/, /integers/],
    ['a negative side', fileOf({ a: entry('U8', [-1], 0, 0) }), 'a.shape', /-1/, /0 or more/],
    ['half a side', fileOf({ a: entry('U8', [0.5], 0, 0) }), 'a.shape', /0\.5/, /integers/],
    ['a text offset', fileOf({ a: entry('U8', [], '0', 1) }), 'a.data_offsets', /"0"/, /integers/],
    [
      'one offset',
      fileOf({ a: { dtype: 'U8', shape: [], data_offsets: [0] } }),
      'a.data_offsets',
      /\[0\]/,
      /two/,
    ],
    [
      'an end beyond the file',
      fileOf({ a: entry('U8', [9], 0, 9) }, [1]),
      'a.data_offsets',
      /9/,
      /1/,
    ],
    [
      'an end before its begin',
      fileOf({ a: entry('U8', [0], 1, 0) }, [1]),
      'a.data_offsets',
      /1,0/,
      /<=/,
    ],
    [
      'a wrong size',
      fileOf({ a: entry('F32', [2], 0, 4) }, [0, 0, 0, 0]),
      'a.data_offsets',
      /4 bytes/,
      /8 bytes for F32 \[2\]/,
    ],
    [
      'an enormous shape',
      fileOf({ a: entry('F32', [2 ** 52, 2 ** 52], 0, 1) }, [0]),
      'a.data_offsets',
      /1 bytes/,
      /F32/,
    ],
    [
      'a shape of no size and no bound',
      fileOf({ a: entry('U8', [...Array<number>(30).fill(2 ** 52), 0], 0, 0) }),
      'a.data_offsets',
      /0 bytes/,
      /NaN/,
    ],
    [
      'an overlap',
      fileOf({ a: entry('U8', [2], 0, 2), b: entry('U8', [2], 1, 3) }, [1, 2, 3]),
      'b.data_offsets',
      /byte 1/,
      /^2/,
    ],
    [
      'a gap',
      fileOf({ a: entry('U8', [1], 0, 1), b: entry('U8', [1], 2, 3) }, [1, 2, 3]),
      'b.data_offsets',
      /byte 2/,
      /^1/,
    ],
    [
      'bytes of no tensor',
      fileOf({ a: entry('U8', [1], 0, 1) }, [1, 2]),
      'file length',
      /2 bytes/,
      /1 bytes/,
    ],
    [
      'two tensors of one name',
      fileOf(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        [1, 2],
      ),
      'a.data_offsets',
      /byte 1/,
      /^0/,
    ],
  ])('refuses %s', (_, file, field, got, expected) => {
    const facts = factsOf(() => readSafetensors(file));
    expect(facts).toMatchObject({ code: 'badModel', field });
    expect(facts.got).toMatch(got);
    expect(facts.expected).toMatch(expected);
    expect(facts.remedy).toBeTruthy();
  });

  it('refuses a header above 4 MB before it reads it', () => {
    const file = new Uint8Array(5_000_008);
    new DataView(file.buffer).setBigUint64(0, 5_000_000n, true);
    expect(factsOf(() => readSafetensors(file))).toMatchObject({
      ...{ field: 'header length', got: '5000000 bytes', expected: 'at most 4194304 bytes' },
    });
  });

  it.each<[string, string, RegExp]>([
    ['many lists', `{"a":[${'[],'.repeat(1_000_000)}[]]}`, /values/],
    ['many numbers', `{"a":[${'1,'.repeat(1_000_000)}1]}`, /values/],
    ['empty texts as metadata', `{"__metadata__":{${texts(200_000)}}}`, /values/],
    ['tensors without a value', `{${zeros(40_000)}}`, /values/],
    ['lists in lists', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, /lists in lists/],
    ['lists in lists, not closed', '['.repeat(1_000_000), /lists in lists/],
  ])('refuses a header of %s before it parses it', (_, header, got) => {
    const ms = cpuMs(() => {
      const facts = factsOf(() => readSafetensors(fileOf(header)));
      expect(facts).toMatchObject({ code: 'badModel', field: 'header' });
      expect(facts.got).toMatch(got);
    });
    expect(ms).toBeLessThan(1000);
  });

  it('counts no brackets, commas or escaped quotes of a text', () => {
    const text = '[{,"\\'.repeat(50_000);
    const file = fileOf({ __metadata__: { text } });
    expect(openSafetensors(file).metadata).toEqual(new Map([['text', text]]));
  });

  it('keeps its messages short whatever a header holds', () => {
    const facts = factsOf(() => readSafetensors(fileOf({ ['x'.repeat(1e5)]: 'y'.repeat(1e5) })));
    expect(JSON.stringify(facts).length).toBeLessThan(500);
  });

  it('survives any damage: tensors within 4 times the file, or a badModel error', () => {
    // Bytes that mean something in JSON reach further into the reader than random ones.
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]":,-09')));
    // Half of it counts from the end: in the tensors, where a file stays readable.
    const damage = fc.record({ at: fc.nat(400), fromEnd: fc.boolean(), byte });
    const reached = { read: 0, refused: 0 };
    fc.assert(
      fc.property(
        files,
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(), { freq: 1 }),
        (list, damages, cut) => {
          let file = writeSafetensors(new Map(list));
          for (const { at, fromEnd, byte: put } of damages)
            file[fromEnd ? file.length - 1 - (at % 16) : at % file.length] = put;
          if (cut !== null) file = file.subarray(0, cut % file.length);
          try {
            let total = 0;
            for (const { data } of readSafetensors(file).values()) total += data.byteLength;
            expect(total).toBeLessThanOrEqual(4 * file.length);
            reached.read++;
          } catch (error) {
            expect(error).toBeInstanceOf(FmpError);
            expect((error as FmpError).facts.code).toBe('badModel');
            reached.refused++;
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(Math.min(reached.read, reached.refused)).toBeGreaterThan(50);
  });

  it.each([
    ['__metadata__', [1], 'a reserved name'],
    ['__proto__', [1], 'a reserved name'],
    ['a', [3], '1 values'],
  ])('does not write tensor %s of shape %s', (name, shape, got) => {
    const tensors = new Map([[name, { dtype: 'F32', shape, data: Float32Array.of(1) } as const]]);
    expect(factsOf(() => writeSafetensors(tensors))).toMatchObject({
      ...{ code: 'badInput', field: name, got },
    });
  });
});
