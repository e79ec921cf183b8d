/**
 * The files of BackdoorBench (https://github.com/SCLBD/BackdoorBench): `attack_result.pt` of its
 * first and second version and `defense_result.pt`, as `utils/save_load_attack.py` writes them.
 */
import { countOf, dictOf, itemsOf, textOf } from '../torch/arguments.ts';
import { PyDict, type PickleValue } from '../torch/values.ts';
import type { TriggeredSet } from './triggeredSet.ts';
import { readBdTestV1 } from './v1.ts';
import { readBdTestV2 } from './v2.ts';

export interface BackdoorBenchResult {
  /** A defence saves the model only. */
  readonly version: 'v1' | 'v2' | 'defence';
  /** E.g. `preactresnet18`. */
  readonly modelName: string;
  readonly classes: number;
  /** E.g. `cifar10`; it implies the normalisation. Null where the file does not say. */
  readonly cleanData: string | null;
  /** [height, width, channels], pixels. */
  readonly imageSize: readonly number[] | null;
  /** The triggered test images; null in a defence's file. */
  readonly bdTest: TriggeredSet | null;
  /** The state dict. */
  readonly model: PyDict;
}

/**
 * What the dictionary of a file holds, or null when it is not one of BackdoorBench's.
 * @throws FmpError badModel naming the field that is not as BackdoorBench writes it
 */
export function readBackdoorBench(root: PickleValue): BackdoorBenchResult | null {
  if (!(root instanceof PyDict)) return null;
  const [model, name, classes] = [
    root.get('model'),
    root.get('model_name'),
    root.get('num_classes'),
  ];
  if (model === undefined || name === undefined || classes === undefined) return null;
  const bdTest = root.get('bd_test') ?? null;
  const [cleanData, imageSize] = [root.get('clean_data') ?? null, root.get('img_size') ?? null];
  return {
    ...describeBdTest(bdTest, countOf(classes, 'num_classes')),
    modelName: textOf(name, 'model_name'),
    classes: countOf(classes, 'num_classes'),
    cleanData: cleanData === null ? null : textOf(cleanData, 'clean_data'),
    imageSize:
      imageSize === null
        ? null
        : itemsOf(imageSize, 'img_size').map((side) => countOf(side, 'img_size')),
    model: dictOf(model, 'model'),
  };
}

function describeBdTest(
  value: PickleValue,
  classes: number,
): Pick<BackdoorBenchResult, 'version' | 'bdTest'> {
  if (value === null) return { version: 'defence', bdTest: null };
  const bdTest = dictOf(value, 'bd_test');
  return bdTest.get('x') === undefined
    ? { version: 'v2', bdTest: readBdTestV2(bdTest, classes) }
    : { version: 'v1', bdTest: readBdTestV1(bdTest, classes) };
}
