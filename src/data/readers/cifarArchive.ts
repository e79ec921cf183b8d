import { badData } from '../archive/badData.ts';
import { ABOUT } from './about.ts';
import type { Found } from './found.ts';
import { joinLists } from './imageList.ts';
import type { Parts } from './parts.ts';

/**
 * The official CIFAR archives, or what was unpacked from them.
 * @throws FmpError badData where a batch is missing or there twice
 */
export function cifarParts({ batches, classNames }: Found): Parts {
  const byPath = [...batches].sort((a, b) => (a.path < b.path ? -1 : 1));
  const train = byPath.filter(({ batch }) => batch.part === 'train');
  const test = byPath.filter(({ batch }) => batch.part === 'test');
  const { set, layout } = batches[0]?.batch ?? { set: 'cifar10' as const, layout: 'binary' };
  const { title } = ABOUT[set];
  const due = set === 'cifar10' ? 5 : 1;
  if (train.length !== due || test.length !== 1)
    throw badData(`the files of ${title} are not complete`, {
      field: `${title}, ${layout} version`,
      got: `${String(train.length)} training and ${String(test.length)} test batches`,
      expected: `${String(due)} training and 1 test batch`,
      remedy: 'give one whole archive, or the one folder that was unpacked from it',
    });
  return {
    train: joinLists(train.map(({ list }) => list)),
    test: joinLists(test.map(({ list }) => list)),
    classNames,
    format: `${title} archive, ${layout} version`,
    notes: [],
  };
}
