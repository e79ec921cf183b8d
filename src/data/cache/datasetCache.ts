import { FmpError } from '../../core/errors.ts';
import { grouped } from '../archive/badData.ts';
import { Meter, type ReadOptions } from '../archive/meter.ts';
import { cifarDataset } from '../cifarBinary.ts';
import { DATASET_NAMES, type DatasetName } from '../readers/about.ts';
import { type ImageList, imageList, joinLists } from '../readers/imageList.ts';
import type { OpenedDataset } from '../readers/openDataset.ts';
import type { Hash } from '../readers/records.ts';
import { blocksOf, copyRecord, encode, readBlock, readTrailer } from './cacheFile.ts';
import type { CacheStore } from './cacheStore.ts';

/** One kept data set. */
export interface CachedDataset {
  readonly name: DatasetName;
  readonly bytes: number;
  /** SHA-256 that names the content. */
  readonly sha256: string;
  readonly format: string;
  readonly classNames: readonly string[];
  readonly notes: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
}

/**
 * Keeps a data set for the next visit, in place of the one of the same name.
 * @throws FmpError outOfMemory where the browser gives no room; the data set itself stays usable
 */
export async function saveDataset(
  store: CacheStore,
  opened: OpenedDataset,
  hash: Hash,
): Promise<void> {
  try {
    await store.write(opened.dataset.id, encode(opened, hash));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'QuotaExceededError') throw error;
    const { id, trainCount, testCount } = opened.dataset;
    throw new FmpError('the browser has no room to keep the images', {
      ...{ code: 'outOfMemory', field: id },
      got: 'its quota is used up',
      expected: `room for ${grouped(Math.ceil(((trainCount + testCount) * 3074) / 1e6))} MB`,
      remedy:
        'delete a kept data set or free disk space; until the page is closed the images work without being kept',
    });
  }
}

/**
 * Opens a kept data set, every block's SHA-256 checked.
 * @returns null where none is kept, or where it was damaged or of an older version and is now gone
 * @throws FmpError cancelled
 */
export async function loadDataset(
  store: CacheStore,
  name: DatasetName,
  { hash, ...options }: ReadOptions & { readonly hash: Hash },
): Promise<OpenedDataset | null> {
  const file = await store.open(name);
  if (file === null) return null;
  const trailer = await readTrailer(file);
  if (trailer?.id !== name) return drop(store, name);
  const { trainCount, testCount, classNames, format, notes } = trailer;
  const meter = new Meter(file.size, options);
  const lists = { train: new Array<ImageList>(), test: new Array<ImageList>() };
  let start = 0;
  for (const [at, { part, count }] of [...blocksOf(trainCount, testCount)].entries()) {
    const digest = trailer.blocks[at] ?? '';
    const block = await readBlock(file, { start, count, digest }, hash);
    if (block === null) return drop(store, name);
    start += count;
    lists[part].push(imageList(count, (index, to) => copyRecord(block, index, to)));
    meter.advance(block.length);
  }
  meter.advance(file.size);
  const dataset = cifarDataset(trailer, joinLists(lists.train), joinLists(lists.test));
  return { dataset, classNames, format, notes };
}

/** What is kept, without opening it. */
export async function listDatasets(store: CacheStore): Promise<readonly CachedDataset[]> {
  const kept = await Promise.all(
    (await store.list()).map(async ({ key, bytes }) => {
      const name = DATASET_NAMES.find((known) => known === key);
      const file = name === undefined ? null : await store.open(name);
      const trailer = file === null ? null : await readTrailer(file);
      if (name === undefined || trailer === null) return [];
      const { sha256, format, classNames, notes, trainCount, testCount } = trailer;
      return [{ name, bytes, sha256, format, classNames, notes, trainCount, testCount }];
    }),
  );
  return kept.flat();
}

/** Deletes a kept data set; does nothing where none is. */
export async function removeDataset(store: CacheStore, name: DatasetName): Promise<void> {
  await store.remove(name);
}

async function drop(store: CacheStore, name: DatasetName): Promise<null> {
  await store.remove(name);
  return null;
}
