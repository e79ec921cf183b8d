import type { Dataset, LabelledImages } from './dataset.ts';
import { SIGN_CLASSES } from './signs/classes.ts';
import type { SignsSource } from './signs/signs.ts';

/** The procedural signs that the bundled models were trained on. */
export const SIGNS_SEED = 0;
export const SIGNS_TRAIN = 20_000;
export const SIGNS_TEST = 10_000;

/** Stop, no entry, priority road, 30, give way, ahead only, road works, no overtaking … */
const SHOWCASE = [14, 17, 12, 1, 13, 35, 25, 9, 38, 28, 40, 18];

/** The procedural traffic signs as a data set; a mirrored sign is often another sign. */
export function signsDataset(signs: SignsSource): Dataset {
  const read = (split: 'train' | 'test', count: number, indices: Int32Array): LabelledImages => {
    const stray = indices.find((index) => index < 0 || index >= count);
    if (stray !== undefined)
      throw new RangeError(`index: expected 0 to ${String(count - 1)}, got ${String(stray)}`);
    const { pixels, labels } = signs.batch(split, SIGNS_SEED, indices);
    return { images: pixels, labels };
  };
  return {
    id: 'signs',
    classes: SIGN_CLASSES.length,
    trainCount: SIGNS_TRAIN,
    testCount: SIGNS_TEST,
    mirrors: false,
    showcase: SHOWCASE,
    train: (indices) => read('train', SIGNS_TRAIN, indices),
    test: (indices) => read('test', SIGNS_TEST, indices),
  };
}
