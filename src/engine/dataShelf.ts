/** The data sets of a session: those that the user opened, and those kept from earlier visits. */
import type { DataFile, DataInfo, DatasetName, OnRead } from '../bridge/own.ts';
import { FmpError } from '../core/errors.ts';
import type { Abort } from '../data/archive/meter.ts';
import { blobFile, type SourceFile } from '../data/archive/source.ts';
import type { CacheStore } from '../data/cache/cacheStore.ts';
import {
  listDatasets,
  loadDataset,
  removeDataset,
  saveDataset,
} from '../data/cache/datasetCache.ts';
import { openDataset, type OpenedDataset } from '../data/readers/openDataset.ts';
import { sha256 } from '../formats/sha256.ts';
import { withClean } from './cleanImages.ts';

export class DataShelf {
  private readonly store: () => Promise<CacheStore | null>;
  private readonly opened = new Map<DatasetName, OpenedDataset>();

  /** @param store where data sets are kept; null: nowhere */
  constructor(store: () => Promise<CacheStore | null>) {
    this.store = store;
  }

  /**
   * Opens a data set and keeps it; where it cannot be kept, a note says so.
   * @param clean if any, the images that the defender has
   * @throws FmpError badData, cancelled
   */
  async open(
    name: DatasetName,
    files: readonly DataFile[],
    clean: readonly DataFile[],
    signal: Abort,
    onProgress: OnRead = () => undefined,
  ): Promise<DataInfo> {
    const total = sizeOf(files) + sizeOf(clean);
    const hash = sha256;
    const data = await openDataset(name, files.map(sourceOf), {
      ...{ hash, signal },
      onProgress: (read) => {
        onProgress(read, total);
      },
    });
    const own =
      clean.length === 0
        ? null
        : await openDataset(name, clean.map(sourceOf), {
            ...{ hash, signal },
            onProgress: (read) => {
              onProgress(sizeOf(files) + read, total);
            },
          });
    const opened = own === null ? data : withClean(data, own);
    const failure = await this.keep(opened);
    const noted = failure === null ? opened : { ...opened, notes: [...opened.notes, failure] };
    this.opened.set(name, noted);
    return infoOf(name, noted);
  }

  /** What is open, then what is kept besides. */
  async list(): Promise<readonly DataInfo[]> {
    const open = Array.from(this.opened, ([name, opened]) => infoOf(name, opened));
    const store = await this.store();
    const kept = store === null ? [] : await listDatasets(store);
    return [
      ...open,
      ...kept
        .filter(({ name }) => !this.opened.has(name))
        .map(({ name, classNames, trainCount, testCount, notes }) => ({
          ...{ name, classNames, trainCount, testCount, notes },
        })),
    ];
  }

  /** The open data set of that name, or the kept one, opened; null without either. */
  async get(name: DatasetName): Promise<OpenedDataset | null> {
    const open = this.opened.get(name);
    if (open !== undefined) return open;
    const store = await this.store();
    const kept = store === null ? null : await loadDataset(store, name, { hash: sha256 });
    if (kept !== null) this.opened.set(name, kept);
    return kept;
  }

  async forget(name: DatasetName): Promise<void> {
    this.opened.delete(name);
    const store = await this.store();
    if (store !== null) await removeDataset(store, name);
  }

  /** @returns why it could not be kept, for people; null where it was, or need not be */
  private async keep(opened: OpenedDataset): Promise<string | null> {
    try {
      const store = await this.store();
      if (store !== null) await saveDataset(store, opened, sha256);
      return null;
    } catch (error) {
      const { message, facts } = asKeepError(error);
      return `not kept for the next visit: ${message}; ${facts.remedy ?? ''}`;
    }
  }
}

function asKeepError(error: unknown): FmpError {
  if (error instanceof FmpError) return error;
  return new FmpError(error instanceof Error ? error.message : String(error), {
    code: 'outOfMemory',
    remedy: 'until the page is closed the images work without being kept',
  });
}

function infoOf(name: DatasetName, { dataset, classNames, notes }: OpenedDataset): DataInfo {
  const { trainCount, testCount } = dataset;
  return { name, classNames, trainCount, testCount, notes };
}

const sourceOf = ({ path, blob }: DataFile): SourceFile => blobFile(path, blob);

const sizeOf = (files: readonly DataFile[]): number =>
  files.reduce((sum, { blob }) => sum + blob.size, 0);
