import { describe, expect, it } from 'vitest';
import { cifarDataset, readCifarBinary } from '../../src/data/cifarBinary.ts';
import { factsOf } from '../support/facts.ts';

/** Records whose values tell record, channel and pixel apart. */
function recordsOf(...labels: number[]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label, record) => [
      label,
      ...Array.from({ length: 3072 }, (_, i) => (i * 7 + Math.floor(i / 1024) * 13 + record) % 256),
    ]),
  );
}

const FILE = recordsOf(3, 0, 9);

describe("records in CIFAR-10's binary layout", () => {
  it('become images with their channels side by side, in the order asked for', () => {
    const { images, labels } = readCifarBinary('train', FILE, 10).read(Int32Array.of(2, 0, 2));
    expect([...labels]).toEqual([9, 3, 9]);
    const wrong = [2, 0, 2].flatMap((record, image) =>
      Array.from({ length: 3072 }, (_, i) => i).filter((i) => {
        const [pixel, channel] = [Math.floor(i / 3), i % 3];
        const stored = FILE[record * 3073 + 1 + channel * 1024 + pixel];
        return images[image * 3072 + i] !== stored;
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('can be left out by position', () => {
    const records = readCifarBinary('test', FILE, 10, { omit: new Set([1]) });
    expect(records.count).toBe(2);
    expect([...records.read(Int32Array.of(0, 1)).labels]).toEqual([3, 9]);
    expect(() => records.read(Int32Array.of(2))).toThrow('index: expected 0 to 1, got 2');
  });

  it.each([
    ['no bytes', new Uint8Array(0), 'train', '0 bytes'],
    ['half a record', FILE.subarray(0, 4000), 'train', '4000 bytes'],
    ['a label out of range', FILE, 'train, record 2', 'label 9'],
  ])('are refused: %s', (_, bytes, field, got) => {
    const facts = factsOf(() => readCifarBinary('train', bytes, 9));
    expect(facts).toMatchObject({ code: 'badData', field, got });
    expect(facts.expected).toBeTruthy();
  });

  it.each([-1, 3])('have no image %i', (index) => {
    const records = readCifarBinary('train', FILE, 10);
    expect(() => records.read(Int32Array.of(index))).toThrow(RangeError);
  });

  it('make a data set of two files', () => {
    const dataset = cifarDataset(
      { id: 'cifar10', classes: 10, mirrors: true, showcase: [] },
      readCifarBinary('train', FILE, 10),
      readCifarBinary('test', recordsOf(5), 10),
    );
    expect(dataset).toMatchObject({ id: 'cifar10', trainCount: 3, testCount: 1, mirrors: true });
    expect([...dataset.train(Int32Array.of(1)).labels]).toEqual([0]);
    expect([...dataset.test(Int32Array.of(0)).labels]).toEqual([5]);
  });
});
