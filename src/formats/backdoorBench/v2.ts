import { BAD_PICKLE, countOf, dictOf, itemsOf, mismatch, textOf } from '../torch/arguments.ts';
import { badFile } from '../torch/fileError.ts';
import { PyDict, PyTuple, type PickleValue } from '../torch/values.ts';
import {
  checkImageCount,
  collect,
  imageOf,
  integersOf,
  type TriggeredItem,
  type TriggeredSet,
} from './triggeredSet.ts';

const DICT = 'bd_test.bd_data_container.data_dict';

/**
 * bd_test of the second version: `data_dict` holds, by position in the clean test set, either the
 * path of a PNG in the record folder with [label, true class], or (image, label, true class). The
 * order is that of `original_index_array`.
 * @throws FmpError badModel naming the entry that is wrong
 */
export function readBdTestV2(bdTest: PyDict, classes: number): TriggeredSet {
  const container = dictOf(bdTest.get('bd_data_container'), 'bd_test.bd_data_container');
  const entries = dictOf(container.get('data_dict'), DICT);
  checkImageCount(entries.size, DICT);
  const order = integersOf(bdTest.get('original_index_array'), 'bd_test.original_index_array');
  const poisoned = order.filter((index) => entries.get(index) !== undefined);
  // Not a Set, in which a file could give all of them one hash.
  const sorted = Float64Array.from(poisoned).sort();
  if (poisoned.length !== entries.size || sorted.some((index, i) => index === sorted[i - 1]))
    throw badFile(
      ...([BAD_PICKLE, 'bd_test.original_index_array'] as const),
      `${String(poisoned.length)} of the images in data_dict`,
      `all ${String(entries.size)}, each once`,
    );
  const items = poisoned.map((index) => readItem(index, entries.get(index)));
  return collect(items, classes);
}

function readItem(index: number, value: PickleValue | undefined): TriggeredItem {
  const field = `${DICT}[${String(index)}]`;
  if (value instanceof PyTuple) {
    const [image, label, original] = value.items;
    return { image: imageOf(image, field), ...classesOf([label, original], field), index };
  }
  if (!(value instanceof PyDict))
    throw mismatch(field, value, 'a path or an image with its classes');
  const path = textOf(value.get('path'), `${field}.path`);
  const info = itemsOf(value.get('other_info'), `${field}.other_info`);
  return { image: { kind: 'file', path }, ...classesOf(info, field), index };
}

function classesOf(
  [label, original]: readonly (PickleValue | undefined)[],
  field: string,
): Pick<TriggeredItem, 'label' | 'originalLabel'> {
  return {
    label: countOf(label, `${field}: label`),
    originalLabel: countOf(original, `${field}: true class`),
  };
}
