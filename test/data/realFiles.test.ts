/** Image data for local tests, where it is at hand; nothing of it is kept here. */
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openPath } from '../../src/data/archive/nodeSource.ts';
import type { DatasetName } from '../../src/data/readers/about.ts';
import { labelCounts } from '../../src/data/readers/labelCounts.ts';
import { openDataset } from '../../src/data/readers/openDataset.ts';
import { hash } from './archives.ts';

/** Tens of thousands of images are decoded, perhaps on a busy machine. */
const TIMEOUT_MS = 300_000;

const ROOT =
  process.env.FMP_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

interface Case {
  readonly name: DatasetName;
  readonly path: string;
  readonly counts: readonly [number, number];
  /** Training and test images of the first classes. */
  readonly first: readonly (readonly [number, number])[];
  /**
   * SHA-256 of 64 training images spread over the set, and of 64 test images; those of GTSRB were
   * computed with numpy from the raw file.
   */
  readonly sha: readonly [string, string];
}

const CASES: readonly Case[] = [
  {
    ...{ name: 'gtsrb', path: 'gtsrb', counts: [19_605, 12_622] },
    first: [
      [105, 60],
      [1110, 720],
      [1125, 750],
    ],
    sha: [
      '7150515ab56c750f9e4e2b0bf6c016f47d5c5fa92fac83b0a86d5ab2545e68f7',
      'e54b33ee760228292462b773c23585de684bcc55fdf252f2386c17adcb9d835e',
    ],
  },
  {
    ...{ name: 'cifar10', path: 'cifar10/cifar10-jpeg.tar.gz', counts: [50_000, 10_000] },
    first: [
      [5000, 1000],
      [5000, 1000],
    ],
    sha: [
      'e4969f7c0f73f7a218165ca2c46a7a9fefeaddddcaf040091637952e9d70c8a1',
      '5f0faa37b284cea4e1f2fec9981a5fac74fe6fba338b131b1e2d5b401ad24493',
    ],
  },
  {
    ...{ name: 'cifar10', path: 'cifar10/lossless-test-932.bin.gz', counts: [743, 189] },
    first: [[77, 20]],
    sha: [
      '12ed49e60eca95341f8f8ef1d523144a3cd6aa67d687c00c6140c752cb0269f7',
      'b8533cb4cde69f2ca713463957bc548bb523127ff74ce7a21d59fdae4dfdb648',
    ],
  },
  {
    ...{ name: 'cifar100', path: 'cifar100', counts: [1559, 441] },
    first: [[15, 4]],
    sha: [
      'd7956dd7ce7a71802d3dec7b4b76db1a8ffc9a659842e4e98384919e01af3d9a',
      '4a4805f33c63e16925dc3743bd102911ecbd85537bf2f0242ec527456f8543a7',
    ],
  },
];

describe.each(CASES)('$path', ({ name, path, counts, first, sha }) => {
  const there = existsSync(`${ROOT}/${path}`);
  if (!there) it.skip(`no images at hand; set FMP_DATA to their folder`);
  it.runIf(there)(
    'has the known classes and the known pixels',
    async () => {
      const files = await openPath(fs, `${ROOT}/${path}`);
      const { dataset } = await openDataset(name, files, { hash });
      expect([dataset.trainCount, dataset.testCount]).toEqual(counts);
      const { train, test } = labelCounts(dataset);
      expect(first.map((_, id) => [train[id], test[id]])).toEqual(first);
      const spread = (count: number): Int32Array =>
        Int32Array.from({ length: 64 }, (_, i) => Math.floor((i * count) / 64));
      const shown = [
        await hash(dataset.train(spread(dataset.trainCount)).images),
        await hash(dataset.test(spread(dataset.testCount)).images),
      ];
      expect(shown).toEqual(sha);
    },
    TIMEOUT_MS,
  );
});
