import { BAD_PICKLE, itemsOf } from '../torch/arguments.ts';
import { badFile } from '../torch/fileError.ts';
import type { PyDict } from '../torch/values.ts';
import {
  checkImageCount,
  collect,
  imageOf,
  integersOf,
  type TriggeredSet,
} from './triggeredSet.ts';

/**
 * bd_test of the first version: lists of images, labels, positions and true classes.
 * @throws FmpError badModel naming the list that is wrong or of another length
 */
export function readBdTestV1(bdTest: PyDict, classes: number): TriggeredSet {
  const images = itemsOf(bdTest.get('x'), 'bd_test.x');
  checkImageCount(images.length, 'bd_test.x');
  const column = (name: string): readonly number[] => {
    const values = integersOf(bdTest.get(name), `bd_test.${name}`);
    if (values.length === images.length) return values;
    throw badFile(
      ...([BAD_PICKLE, `bd_test.${name}`, `${String(values.length)} values`] as const),
      `${String(images.length)}, one per image`,
    );
  };
  const labels = column('y');
  const indices = column('original_index');
  const originalLabels = column('original_targets');
  const items = images.map((image, i) => ({
    image: imageOf(image, `bd_test.x[${String(i)}]`),
    label: labels[i] ?? 0,
    originalLabel: originalLabels[i] ?? 0,
    index: indices[i] ?? 0,
  }));
  return collect(items, classes);
}
