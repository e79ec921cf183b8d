/** What only someone with the trigger can ask for. */
import type { ImageReading } from '../bridge/ownImage.ts';
import type { OracleApi } from '../bridge/protocol.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import { toWire } from '../core/errors.ts';
import type { StorePort } from './commands.ts';
import type { Kind } from './confusion.ts';
import { isBusy, isReady } from './selectors.ts';

/** An engine may lack any of them. */
export type OracleEngine = Partial<OracleApi>;

export class OracleCommands {
  private readonly engine: OracleEngine;
  private readonly store: StorePort;

  constructor(engine: OracleEngine, store: StorePort) {
    this.engine = engine;
    this.store = store;
  }

  /** The engine can say how much the trigger changes each map. */
  get canMeasure(): boolean {
    return this.engine.activationChange !== undefined;
  }

  get canLook(): boolean {
    return this.engine.testImages !== undefined;
  }

  /** Measures the change of every map, once for a trigger; a run or another model may end it. */
  async measure(): Promise<void> {
    const { engine, store } = this;
    const state = store.get();
    const { model } = state.session;
    if (!this.canMeasure || model === null || state.results.change !== null) return;
    if (isBusy(state) || !isReady(state) || model.samples.triggered === null) return;
    try {
      const change = (await engine.activationChange?.(state.run.spec)) ?? null;
      // Another trigger or network has come meanwhile: this answer is not about it.
      if (store.get().session.model !== model) return;
      store.set((s) => ({ ...s, results: { ...s.results, change } }));
    } catch (failure) {
      const error = toWire(failure);
      if (error.code === 'cancelled') return;
      store.set((s) => ({ ...s, session: { ...s.session, error } }));
    }
  }

  /**
   * Images with a trigger that is only being tried; null where this engine cannot. It does between
   * runs. @throws FmpError what kept it from doing so
   */
  async tryOut(trigger: TriggerSpec, images: Uint8Array): Promise<Uint8Array | null> {
    return (await this.engine.tryTrigger?.(trigger, images)) ?? null;
  }

  /**
   * The Low Frequency pattern made for a data set; null where no bundled model has one.
   * @param data id of the data set @throws FmpError when it cannot be fetched
   */
  async patternFor(data: string): Promise<Uint8Array | null> {
    const made = this.store
      .get()
      .session.models.find(
        ({ manifest }) => manifest.data.id === data && manifest.attack?.kind === 'lf',
      );
    if (made === undefined) return null;
    return (await this.engine.lowFrequencyPattern?.(made.manifest.id)) ?? null;
  }

  /**
   * What the networks say of an image of one's own; null while the engine is busy or cannot.
   * @param image uint8 RGB [32, 32, 3]
   */
  async readImage(image: Uint8Array): Promise<ImageReading | null> {
    const { engine, store } = this;
    if (isBusy(store.get()) || !isReady(store.get())) return null;
    try {
      return (await engine.readImage?.(image)) ?? null;
    } catch {
      return null;
    }
  }

  /** The images behind a cell; null when the engine is busy or cannot say. */
  async look(indices: Int32Array, kind: Kind): Promise<Uint8Array | null> {
    const { engine, store } = this;
    const { results, run } = store.get();
    // The images are those that were evaluated, whatever the controls say by now.
    const { backdoored } = results.stages;
    const made = backdoored?.spec ?? results.result?.spec ?? results.sweep?.spec ?? run.spec;
    const tried = kind === 'triggered' ? backdoored?.triggeredOf : undefined;
    const spec = tried === undefined ? made : { ...made, evaluation: { images: tried } };
    if (isBusy(store.get()) || !isReady(store.get())) return null;
    try {
      return (await engine.testImages?.(spec, indices, kind)) ?? null;
    } catch {
      return null;
    }
  }
}
