/** What the user brought: data sets and the checkpoint that was opened last. */
import type {
  CheckpointChoice,
  CheckpointInfo,
  DataFile,
  DataInfo,
  DatasetName,
  OnRead,
} from '../bridge/own.ts';
import { FmpError } from '../core/errors.ts';
import type { CacheStore } from '../data/cache/cacheStore.ts';
import type { Dataset } from '../data/dataset.ts';
import type { OpenedDataset } from '../data/readers/openDataset.ts';
import { describeCheckpoint, type HeldCheckpoint, readCheckpoint } from './checkpointFiles.ts';
import { DataShelf } from './dataShelf.ts';
import { readSigns } from './modelStore.ts';
import { ownModel, type RunnableModel } from './ownModel.ts';
import type { Platform } from './platform.ts';

export class OwnFiles {
  private readonly platform: Platform;
  private readonly shelf: DataShelf;
  private signs: OpenedDataset | null = null;
  private held: HeldCheckpoint | null = null;
  /** The opening under way. */
  private opening: AbortController | null = null;

  constructor(platform: Platform) {
    this.platform = platform;
    let store: Promise<CacheStore | null> | undefined;
    // Where nothing can be kept, data sets are open until the page is closed.
    this.shelf = new DataShelf(
      () => (store ??= platform.store?.().catch(() => null) ?? Promise.resolve(null)),
    );
  }

  openData(
    name: DatasetName,
    files: readonly DataFile[],
    onProgress?: OnRead,
    clean: readonly DataFile[] = [],
  ): Promise<DataInfo> {
    return this.alone((signal) => this.shelf.open(name, files, clean, signal, onProgress));
  }

  data(): Promise<readonly DataInfo[]> {
    return this.shelf.list();
  }

  forgetData(name: DatasetName): Promise<void> {
    return this.shelf.forget(name);
  }

  openCheckpoint(files: readonly DataFile[], onProgress?: OnRead): Promise<CheckpointInfo> {
    return this.alone(async (signal) => {
      const held = await readCheckpoint(files, signal, onProgress);
      this.held = held;
      return describeCheckpoint(held);
    });
  }

  cancel(): void {
    this.opening?.abort();
  }

  /** The checkpoint as a model, and its data. @throws FmpError badInput, badData, badModel */
  async model(
    choice: CheckpointChoice,
  ): Promise<{ readonly model: RunnableModel; readonly dataset: Dataset }> {
    const { held } = this;
    if (held === null)
      throw new FmpError('no checkpoint is open', {
        ...{ code: 'badInput', field: 'checkpoint', expected: 'an opened checkpoint' },
        remedy: 'open its file first',
      });
    const { classes } = held.checkpoint.plan.architecture;
    const opened = await this.dataset(choice.dataset, classes, held.name);
    return { model: ownModel(held, choice, opened), dataset: opened.dataset };
  }

  /**
   * The data set that a model reads.
   * @param classes outputs of the model @param model its name, for messages
   * @throws FmpError badData when it is not open, or has another number of classes
   */
  async dataset(
    name: DatasetName | 'signs',
    classes: number,
    model: string,
  ): Promise<OpenedDataset> {
    const opened = name === 'signs' ? await this.drawn() : await this.shelf.get(name);
    if (opened === null)
      throw new FmpError(`${model} needs the ${name} images, which are not part of FMP Lab`, {
        ...{ code: 'badData', field: 'data', got: 'no images', expected: `the data set ${name}` },
        remedy: 'open its files first (in the terminal: --data PATH); docs/data.md says which',
      });
    const { dataset } = opened;
    if (dataset.classes !== classes)
      throw new FmpError(`${model} was not trained on these images`, {
        ...{ code: 'badData', field: 'data' },
        got: `${name}, ${String(dataset.classes)} classes`,
        expected: `a data set of ${String(classes)} classes, as the network has`,
        remedy: 'open the data set that the network was trained on',
      });
    return opened;
  }

  /** The same one every time. */
  private async drawn(): Promise<OpenedDataset> {
    this.signs ??= await readSigns(this.platform);
    return this.signs;
  }

  /** One opening at a time, which `cancel` ends. */
  private async alone<T>(open: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.opening !== null)
      throw new FmpError('other files are being opened', {
        code: 'badInput',
        remedy: 'wait for them, or cancel first',
      });
    const opening = new AbortController();
    this.opening = opening;
    try {
      return await open(opening.signal);
    } finally {
      this.opening = null;
    }
  }
}
