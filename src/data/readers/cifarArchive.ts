import { badData } from '../archive/badData.ts';
import { ABOUT } from './about.ts';
import type { Found } from './found.ts';
import { joinLists } from './imageList.ts';
import { type Parts, withHeldOut } from './parts.ts';
import type { Part } from './recognise.ts';

/** The files of a whole archive, by data set; those of the binary version end in .bin. */
const WHOLE = {
  cifar10: [1, 2, 3, 4, 5].map((n) => `data_batch_${String(n)}`).concat('test_batch'),
  cifar100: ['train', 'test'],
} as const;

/**
 * The official CIFAR archives, or what was unpacked from them. Where batches are missing, the rest
 * is used: each is whole, and the notes name those that are not there.
 * @throws FmpError badData where a batch is there twice
 */
export function cifarParts({ batches, classNames }: Found): Parts {
  const byPath = [...batches].sort((a, b) => (a.path < b.path ? -1 : 1));
  const { set, layout } = batches[0]?.batch ?? { set: 'cifar10' as const, layout: 'binary' };
  const { title } = ABOUT[set];
  const names = byPath.map(({ path }) => stemOf(path));
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined)
    throw badData(`a file of ${title} is there twice`, {
      field: `${title}, ${layout} version`,
      got: byPath.flatMap(({ path }) => (stemOf(path) === twice ? [path] : [])).join(' and '),
      expected: `${twice} once`,
      remedy: 'give one whole archive, or the one folder that was unpacked from it',
    });
  const missing = WHOLE[set].filter((name) => !names.includes(name));
  const listOf = (part: Part) => {
    const lists = byPath.flatMap(({ batch, list }) => (batch.part === part ? [list] : []));
    return lists.length === 0 ? null : joinLists(lists);
  };
  const [train, test] = [listOf('train'), listOf('test')];
  const divided =
    train !== null && test !== null
      ? { train, test, notes: [] }
      : withHeldOut(train ?? test ?? joinLists([]), train === null ? 'test' : 'train');
  return {
    ...divided,
    classNames: classNames ?? ABOUT[set].classNames,
    format: `${title} archive, ${layout} version`,
    notes: [...missingNote(title, missing), ...divided.notes],
  };
}

/** A batch's name without folders, and without what only the binary version has. */
const stemOf = (path: string): string =>
  path.slice(path.lastIndexOf('/') + 1).replace(/\.bin$/, '');

function missingNote(title: string, missing: readonly string[]): readonly string[] {
  return missing.length === 0 ? [] : [`of the files of ${title}, not there: ${missing.join(', ')}`];
}
