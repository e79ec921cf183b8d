import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readZipDirectory, unpack } from '../../../src/formats/torch/zip.ts';
import { factsOf } from '../../support/facts.ts';

const HELLO = Buffer.from('hello hello hello hello');

function fileOf(level: 0 | 9, name = 'a/b.txt', data: Uint8Array = HELLO): Uint8Array {
  return zipSync({ [name]: data }, { level });
}

/** Writes little-endian numbers into the directory entry of the only file. */
function patched(file: Uint8Array, patches: readonly (readonly [at: number, value: number])[]) {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const entry = view.getUint32(file.length - 6, true);
  for (const [at, value] of patches) view.setUint32(entry + at, value, true);
  return file;
}

describe('zip', () => {
  it.each([0, 9] as const)('unpacks what was packed at level %i', (level) => {
    const entries = readZipDirectory(fileOf(level));
    const [entry] = entries.values();
    if (entry === undefined) throw new Error('no entry');
    expect(entry).toMatchObject({ name: 'a/b.txt', size: HELLO.length });
    expect(Buffer.from(unpack(entry))).toEqual(HELLO);
  });

  it('does not copy stored entries', () => {
    const file = fileOf(0);
    const [entry] = readZipDirectory(file).values();
    expect(entry?.packed.buffer).toBe(file.buffer);
  });

  it('leaves folders out and takes an empty file', () => {
    const file = zipSync({ 'a/': new Uint8Array(0), 'a/b': new Uint8Array(0) }, { level: 0 });
    const entries = readZipDirectory(file);
    expect([...entries.keys()]).toEqual(['a/b']);
    expect([...entries.values()].map((entry) => unpack(entry).length)).toEqual([0]);
  });

  it('stops a lying entry at its declared size', () => {
    const file = patched(fileOf(9, 'a', new Uint8Array(5e6)), [[24, 1000]]);
    const facts = factsOf(() => [...readZipDirectory(file).values()].map(unpack));
    expect(facts).toMatchObject({ field: 'a', got: 'more than 1000 bytes' });
  });

  it('refuses an entry that unpacks to less', () => {
    const file = patched(fileOf(9), [[24, 24]]);
    expect(factsOf(() => [...readZipDirectory(file).values()].map(unpack)).got).toBe('23 bytes');
  });

  it('refuses deflated bytes that are none', () => {
    const file = fileOf(9);
    file.fill(0xff, 37, 45);
    expect(factsOf(() => [...readZipDirectory(file).values()].map(unpack)).field).toBe('a/b.txt');
  });

  it.each(['../a', '/a', 'a/../b', 'C:/a', '..\\a', 'a\0b'])('refuses the name %j', (name) => {
    expect(factsOf(() => readZipDirectory(fileOf(0, name)))).toMatchObject({
      ...{ code: 'badModel', field: 'entry name' },
    });
  });

  it('refuses two entries of one name', () => {
    const file = zipSync({ 'a/x': HELLO, 'a/y': HELLO }, { level: 0 });
    const twice = Buffer.from(file.map((byte) => (byte === 0x79 ? 0x78 : byte)));
    expect(factsOf(() => readZipDirectory(twice))).toMatchObject({ field: 'a/x' });
  });

  it.each([
    ['encryption', [[8, 1]], /encrypted/],
    ['another method', [[10, 12]], /method 12/],
    ['a wrong stored size', [[24, 5]], /23 stored bytes/],
    ['a place beyond the file', [[42, 5000]], /bytes/],
    ['a place of no header', [[42, 3]], /local header/],
  ] as const)('refuses %s', (_, patches, got) => {
    expect(factsOf(() => readZipDirectory(patched(fileOf(0), patches))).got).toMatch(got);
  });

  it('refuses entries that share their bytes', () => {
    const big = new Uint8Array(5000);
    const file = zipSync({ 'a/x': big, 'a/y': HELLO }, { level: 0 });
    const view = new DataView(file.buffer);
    const second = view.getUint32(file.length - 6, true) + 46 + 3;
    for (const at of [20, 24]) view.setUint32(second + at, 5000, true);
    view.setUint32(second + 42, 0, true);
    expect(factsOf(() => readZipDirectory(file)).got).toMatch(/overlap/);
  });

  it('refuses a directory of more entries than fit', () => {
    const file = fileOf(0);
    new DataView(file.buffer).setUint16(file.length - 12, 60000, true);
    expect(factsOf(() => readZipDirectory(file))).toMatchObject({ field: 'entries' });
  });
});
