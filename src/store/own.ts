/** What the person brings: data sets, a network of their own, run files. */
import type { CheckpointChoice, DataFile, DatasetName, OnRead } from '../bridge/own.ts';
import type { EngineApi, LoadedModel } from '../bridge/protocol.ts';
import { FmpError, toWire } from '../core/errors.ts';
import type { RunCommands, StorePort } from './commands.ts';
import { fileKind, type FileKind, isJson } from './fileKind.ts';
import { refusal } from './occupation.ts';
import { OWN_ID, type OwnSlice, type OwnTask } from './ownState.ts';

interface Parts {
  readonly engine: EngineApi;
  readonly store: StorePort;
  readonly run: RunCommands;
  /** Shows the run in the text of a run file. @throws FmpError badData */
  readonly openRun: (text: string) => Promise<void>;
}

/** Failures land in the state, never in the caller. One opening at a time. */
export class OwnCommands {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Opens the dialog. @param waiting id of a bundled model that lacks its images */
  show(waiting: string | null = null): void {
    this.patch({ isOpen: true, waiting, error: null });
  }

  /** What was dropped could not be read at all, e.g. a folder without permission. */
  unreadable(): void {
    const error = new FmpError('the dropped files cannot be read', {
      ...{ code: 'badInput', expected: 'files or folders that this browser may read' },
      remedy: 'drop them again, or choose them with Open files',
    });
    this.patch({ isOpen: true, error: toWire(error) });
  }

  /** Closes the dialog; an opening under way goes on. */
  close(): void {
    const { task, waiting } = this.own;
    // The images that are being read may be those that the model waits for; later ones are not.
    const stillWaiting = task === null ? null : waiting;
    this.patch({ isOpen: false, unclear: null, error: null, waiting: stillWaiting });
  }

  /** Leaves the checkpoint that was opened, so that another can be. */
  leave(): void {
    this.patch({ checkpoint: null, used: null, unclear: null, error: null });
  }

  /** Asks the engine what data sets are at hand, and which models can run with them. */
  async refresh(): Promise<void> {
    const { engine, store } = this.parts;
    const [data, models] = await Promise.all([engine.data(), engine.models()]);
    this.patch({ data });
    store.set((s) => ({ ...s, session: { ...s.session, models } }));
  }

  /** Opens files that were dropped or chosen. @param as what they are, where that was asked */
  async open(files: readonly DataFile[], as?: FileKind): Promise<void> {
    if (files.length === 0 || this.own.task !== null) return;
    const kind = as ?? fileKind(files, this.wanted());
    this.patch({ isOpen: true, error: null, unclear: kind.kind === 'unclear' ? files : null });
    switch (kind.kind) {
      case 'unclear':
        return;
      case 'run':
        return this.openRun(files);
      case 'data':
        return this.openData(kind.name, files);
      case 'checkpoint':
        return this.openCheckpoint(files);
    }
  }

  cancel(): Promise<void> {
    return this.attempt(() => this.parts.engine.cancelOpen());
  }

  forget(name: DatasetName): Promise<void> {
    return this.attempt(async () => {
      await this.parts.engine.forgetData(name);
      await this.refresh();
    });
  }

  /** Makes the opened checkpoint the model on show; the dialog closes when it is. */
  async use(choice: CheckpointChoice): Promise<void> {
    if (this.own.task !== null) return;
    const refused = refusal(this.parts.store.get());
    if (refused !== null) {
      this.patch({ isOpen: true, error: toWire(refused) });
      return;
    }
    await this.during('use', async () => {
      const { manifest } = await this.put(choice);
      this.patch({ used: { choice, facts: manifest }, isOpen: false });
    });
  }

  /** A choice of the model list: loads it, or asks for what it lacks. */
  async pick(id: string): Promise<void> {
    const { store, run } = this.parts;
    const { used } = this.own;
    if (id === OWN_ID) {
      // The dialog says how far it is, and why it failed.
      this.show();
      if (used !== null) await this.use(used.choice);
      return;
    }
    const model = store.get().session.models.find(({ manifest }) => manifest.id === id);
    if (model === undefined || model.needs === null) await run.load(id);
    else this.show(id);
  }

  private async openRun(files: readonly DataFile[]): Promise<void> {
    await this.attempt(async () => {
      const file = files.find(({ path }) => isJson(path)) ?? files[0];
      if (file === undefined) return;
      const bytes = await file.blob.slice(0, file.blob.size).arrayBuffer();
      await this.parts.openRun(new TextDecoder().decode(bytes));
      this.close();
    });
  }

  private async openData(name: DatasetName, files: readonly DataFile[]): Promise<void> {
    const { engine, run } = this.parts;
    await this.during('data', async (onProgress) => {
      await engine.openData(name, files, onProgress);
      const { openings } = this.own;
      this.patch({ openings: { ...openings, [name]: (openings[name] ?? 0) + 1 } });
      await this.refresh();
      const { waiting } = this.own;
      if (waiting === null || this.wanted() !== name) {
        await this.showAgain(name);
        return;
      }
      this.patch({ waiting: null });
      // The dialog shows what was found while the model loads behind it.
      void run.load(waiting);
    });
  }

  /** The model on show still has the images that were open before, where it reads this data set. */
  private async showAgain(name: DatasetName): Promise<void> {
    const { run, store } = this.parts;
    const shown = store.get().session.model?.manifest;
    if (shown?.data.id !== name) return;
    const { used } = this.own;
    if (shown.id !== OWN_ID) void run.load(shown.id);
    else if (used !== null) {
      const refused = refusal(store.get());
      if (refused !== null) throw refused;
      this.patch({ task: { kind: 'use', read: 0, total: 0 } });
      await this.put(used.choice);
    }
  }

  /** Puts the checkpoint in the place of the network on show; nothing can be run meanwhile. */
  private async put(choice: CheckpointChoice): Promise<LoadedModel> {
    const { engine, run } = this.parts;
    await run.makeWay();
    const model = await engine.useCheckpoint(choice);
    run.take(model);
    return model;
  }

  private async openCheckpoint(files: readonly DataFile[]): Promise<void> {
    await this.during('checkpoint', async (onProgress) => {
      const checkpoint = await this.parts.engine.openCheckpoint(files, onProgress);
      this.patch({ checkpoint, used: null });
    });
  }

  /** The data set of the model that waits. */
  private wanted(): DatasetName | null {
    const { own, session } = this.parts.store.get();
    const model = session.models.find(({ manifest }) => manifest.id === own.waiting);
    const id = model?.manifest.data.id;
    return id === undefined || id === 'signs' ? null : id;
  }

  private async during(
    kind: OwnTask['kind'],
    action: (onProgress: OnRead) => Promise<void>,
  ): Promise<void> {
    this.patch({ task: { kind, read: 0, total: 0 } });
    await this.attempt(() =>
      action((read, total) => {
        if (this.own.task !== null) this.patch({ task: { kind, read, total } });
      }),
    );
    // Nobody waits behind a dialog that was closed meanwhile.
    this.patch({ task: null, ...(!this.own.isOpen && { waiting: null }) });
  }

  /** A failure opens the dialog, which says it. */
  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const wire = toWire(error);
      if (wire.code !== 'cancelled') this.patch({ isOpen: true, error: wire });
    }
  }

  private get own(): OwnSlice {
    return this.parts.store.get().own;
  }

  private patch(patch: Partial<OwnSlice>): void {
    this.parts.store.set((s) => ({ ...s, own: { ...s.own, ...patch } }));
  }
}
