import { holdOut } from './heldOut.ts';
import { type ImageList, labelsOf, pickImages } from './imageList.ts';
import type { Part } from './recognise.ts';

/** What a reader makes of the files, before it becomes a `Dataset`. */
export interface Parts {
  readonly train: ImageList;
  readonly test: ImageList;
  /** By class; null where nothing says them. */
  readonly classNames: readonly string[] | null;
  /** What was recognised, in words, e.g. "CIFAR-10 archive, binary version". */
  readonly format: string;
  /** What the user should know, e.g. that there was no test part. */
  readonly notes: readonly string[];
}

const NO_TEST =
  'there is no test part: a fifth of the images of each class, always the same, is held out as one';

const NO_TRAIN =
  'there is no training part: four fifths of the images of each class, always the same, become one';

/** Whether notes say that one part was divided into both. */
export function isHeldOut(notes: readonly string[]): boolean {
  return notes.includes(NO_TEST) || notes.includes(NO_TRAIN);
}

/**
 * Divides data that has only one part.
 * @param only the part that there is, where anything says so
 * @param groups what stays together, by position
 */
export function withHeldOut(
  list: ImageList,
  only: Part | null,
  groups: (position: number) => string = String,
): Pick<Parts, 'train' | 'test' | 'notes'> {
  const { train, test } = holdOut(labelsOf(list), groups);
  const notes = [only === 'test' ? NO_TRAIN : NO_TEST];
  return { train: pickImages(list, train), test: pickImages(list, test), notes };
}
