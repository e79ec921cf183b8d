import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decodeAtlas } from '../../src/data/signs/atlas.ts';
import { createSigns } from '../../src/data/signs/signs.ts';
import { signsDataset } from '../../src/data/signsDataset.ts';

const file = new URL('../../public/data/signs-atlas.bin', import.meta.url);
const signs = createSigns(decodeAtlas(new Uint8Array(readFileSync(file))));
const dataset = signsDataset(signs);

it('is the signs of seed 0: 20,000 to train and 10,000 to test', () => {
  expect(dataset).toMatchObject({
    ...{ id: 'signs', classes: 43, trainCount: 20_000, testCount: 10_000, mirrors: false },
  });
  for (const split of ['train', 'test'] as const) {
    const indices = Int32Array.of(9999, 0);
    const { pixels, labels } = signs.batch(split, 0, indices);
    expect(dataset[split](indices)).toEqual({ images: pixels, labels });
  }
});

it('ends where it says', () => {
  expect(dataset.train(Int32Array.of(19_999)).labels).toHaveLength(1);
  expect(() => dataset.train(Int32Array.of(20_000))).toThrow('index: expected 0 to 19999');
  expect(() => dataset.test(Int32Array.of(10_000))).toThrow('index: expected 0 to 9999');
  expect(() => dataset.test(Int32Array.of(-1))).toThrow(RangeError);
});
