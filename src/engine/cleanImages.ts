/** Clean images that the defender brings beside the data set on which the model is measured. */
import { FmpError } from '../core/errors.ts';
import type { Dataset, LabelledImages } from '../data/dataset.ts';
import { type ImageList, joinLists } from '../data/readers/imageList.ts';
import type { OpenedDataset } from '../data/readers/openDataset.ts';
import { isHeldOut } from '../data/readers/parts.ts';

/**
 * A data set that trains on all images of `clean` and is tested on the test part of `data`, or on
 * all of `data` where it has no test part of its own.
 * @throws FmpError badData when their classes differ
 */
export function withClean(data: OpenedDataset, clean: OpenedDataset): OpenedDataset {
  if (data.classNames.join('\n') !== clean.classNames.join('\n'))
    throw new FmpError('the clean images have other classes than the data', {
      ...{ code: 'badData', field: 'clean' },
      got: shown(clean.classNames),
      expected: shown(data.classNames),
      remedy: 'give clean images in folders with the same class names',
    });
  const whole = wholeOf(clean.dataset);
  const test = isHeldOut(data.notes) ? wholeOf(data.dataset) : testOf(data.dataset);
  return {
    ...data,
    dataset: {
      ...data.dataset,
      trainCount: whole.count,
      train: (indices) => whole.read(indices),
      testCount: test.count,
      test: (indices) => test.read(indices),
    },
    notes: data.notes.filter((note) => !isHeldOut([note])),
  };
}

function testOf(dataset: Dataset): ImageList {
  return { count: dataset.testCount, read: (indices) => dataset.test(indices) };
}

/** Training images first, then those of the test part. */
function wholeOf(dataset: Dataset): ImageList {
  const train = {
    count: dataset.trainCount,
    read: (indices: Int32Array): LabelledImages => dataset.train(indices),
  };
  return joinLists([train, testOf(dataset)]);
}

const shown = (names: readonly string[]): string =>
  `${String(names.length)} classes: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}`;
