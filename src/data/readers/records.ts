import { badData, grouped } from '../archive/badData.ts';
import { PLANAR_BYTES, readCifarBinary } from '../cifarBinary.ts';
import { ABOUT, type DatasetName } from './about.ts';
import type { Found } from './found.ts';
import { type ImageList, joinLists } from './imageList.ts';
import { type Parts, withHeldOut } from './parts.ts';
import type { Part } from './recognise.ts';

/** SHA-256 in hex. */
export type Hash = (bytes: Uint8Array) => Promise<string>;

/** Test records that repeat images of the GTSRB training set; left out, as in training. */
const REPEATED = new Map<string, ReadonlySet<number>>([
  [
    '28f211948e297cd179a399e84c9ef92801e74cdac22c24745e937b0e9d7f1bdb',
    new Set([666, 2291, 3546, 3594, 4548, 9384, 9575, 11906]),
  ],
]);

/** Which records of a file are known to repeat others. */
export async function repeatedRecords(bytes: Uint8Array, hash: Hash): Promise<ReadonlySet<number>> {
  return REPEATED.get(await hash(bytes)) ?? new Set();
}

/**
 * Bare files of records, such as train.bin and test.bin.
 * @throws FmpError badData
 */
export async function recordParts(
  name: Exclude<DatasetName, 'folder'>,
  { records }: Found,
  hash: Hash,
): Promise<Parts> {
  const { classes, classNames } = ABOUT[name];
  const listOf = async (part: Part | null): Promise<ImageList | null> => {
    const files = records.filter((file) => part === null || file.part === part);
    const lists = await Promise.all(
      files.map(async ({ path, bytes }) =>
        readCifarBinary(path, bytes, classes, {
          labelBytes: labelBytesOf(name, path, bytes.length),
          omit: part === 'test' ? await repeatedRecords(bytes, hash) : new Set<number>(),
        }),
      ),
    );
    return lists.length === 0 ? null : joinLists(lists);
  };
  const [train, test] = [await listOf('train'), await listOf('test')];
  const same = { classNames, format: "files in CIFAR's binary layout" };
  if (train !== null && test !== null) return { ...same, train, test, notes: [] };
  const only = test === null ? 'train' : 'test';
  return { ...same, ...withHeldOut((await listOf(null)) ?? joinLists([]), only) };
}

/** CIFAR-100 stores two labels a record; a file that only fits the other layout is refused. */
function labelBytesOf(name: DatasetName, path: string, bytes: number): 1 | 2 {
  const due = name === 'cifar100' ? 2 : 1;
  const other = name === 'cifar100' ? 1 : 2;
  const fits = (labels: number): boolean => bytes % (labels + PLANAR_BYTES) === 0;
  if (fits(due) || !fits(other)) return due;
  const found = other === 2 ? 'two labels, as in CIFAR-100' : 'one label, as in CIFAR-10';
  throw badData(`${path} is a file of another data set`, {
    ...{ field: path, got: `${grouped(bytes)} bytes, records with ${found}` },
    expected: `records of ${grouped(due + PLANAR_BYTES)} bytes, as ${name} has them`,
    remedy: 'open it under its own name, or choose another file',
  });
}
