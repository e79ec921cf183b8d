import type { Dataset } from '../dataset.ts';
import { SIGN_CLASSES } from '../signs/classes.ts';

/** Data sets that a user can bring; `folder` is any folder of images per class. */
export const DATASET_NAMES = ['cifar10', 'cifar100', 'gtsrb', 'folder'] as const;
export type DatasetName = (typeof DATASET_NAMES)[number];

/** What is known of a data set before its files are opened. */
export interface About extends Pick<Dataset, 'mirrors' | 'showcase'> {
  readonly title: string;
  readonly classes: number;
  /** By class; null where only the files say. */
  readonly classNames: readonly string[] | null;
}

const CIFAR10 = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');

export const ABOUT: Readonly<Record<Exclude<DatasetName, 'folder'>, About>> = {
  cifar10: { title: 'CIFAR-10', classes: 10, classNames: CIFAR10, mirrors: true, showcase: [] },
  // The reference flips CIFAR-10 only.
  cifar100: { title: 'CIFAR-100', classes: 100, classNames: null, mirrors: false, showcase: [] },
  gtsrb: {
    ...{ title: 'GTSRB', classes: SIGN_CLASSES.length, classNames: SIGN_CLASSES, mirrors: false },
    showcase: [14, 17, 12, 1, 13],
  },
};

/** Null for a folder of images, of which nothing is known before. */
export function aboutOf(name: DatasetName): About | null {
  return name === 'folder' ? null : ABOUT[name];
}
