import type { EngineApi, LoadedModel, RunOptions, Until } from '../bridge/protocol.ts';
import type { RunEvent } from '../bridge/runEvents.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import { toWire } from '../core/errors.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { adoptable } from './adoptable.ts';
import { measureCurve } from './curve.ts';
import { reduceEvent } from './events.ts';
import type { FrgFeed } from './feed.ts';
import { beforeReset } from './history.ts';
import { Loads } from './loads.ts';
import { previousSweep } from './previous.ts';
import type { OpenedRun } from './runFile.ts';
import { canGoOn, isBusy, isReady, madeSpec } from './selectors.ts';
import { heldStages, measuredAgain, untriedNotice, withTrigger } from './withTrigger.ts';
import { NO_RESULTS, type ResultsSlice } from './resultsState.ts';
import type { RunSlice } from './runState.ts';
import type { AppState } from './state.ts';

export interface StorePort {
  readonly get: () => AppState;
  readonly set: (update: (state: AppState) => AppState) => void;
}

/** Test images that a trigger is tried on as soon as it is chosen. */
export const TRIED_ON = 200;

/** So often is the Acc preview begun. */
const PREVIEW_TRIES = 5;

type Reduce = typeof reduceEvent;

/** A run that only measures what is there. */
interface Again {
  readonly spec: RunSpec;
  readonly reduce: Reduce;
}

/** Everything a person can make the engine do. Failures land in the state, never in the caller. */
export class RunCommands {
  private readonly engine: EngineApi;
  private readonly store: StorePort;
  private readonly feed: FrgFeed;
  private readonly now: () => number;
  /** Counts runs; events of an older run than this are ignored. */
  private readonly turn = { count: 0 };
  private readonly loads: Loads;
  private stepWhenPaused = false;
  /** The Acc preview that follows a run. */
  private preview: Promise<void> = Promise.resolve();

  constructor(engine: EngineApi, store: StorePort, feed: FrgFeed, now: () => number) {
    this.engine = engine;
    this.store = store;
    this.feed = feed;
    this.now = now;
    const { turn } = this;
    this.loads = new Loads({
      ...{ engine, store, feed, turn },
      endRun: () => this.cancel(),
    });
  }

  /**
   * Runs the spec on the controls up to `until`. A sweep that was only recorded is made anew, unless it
   * was begun here and broke off.
   */
  async start(until: Until = 'fineTuned', startPaused = false): Promise<void> {
    const state = this.store.get();
    const recorded = state.results.sweep?.recorded ?? null;
    const goesOn = isReady(state) && canGoOn(state) && (await this.adopt());
    await this.execute(until, { startPaused, fresh: recorded !== null && !goesOn });
  }

  /** Goes on from the sweep on show, also where it was recorded on another device. */
  async continueTo(until: Until): Promise<void> {
    const state = this.store.get();
    const { sweep } = state.results;
    if (!isReady(state) || sweep === null) return;
    if (sweep.complete && sweep.recorded !== null) await this.adopt();
    await this.execute(until, {});
  }

  /** Gives the sweep on show to the engine. @returns whether it took it */
  private async adopt(): Promise<boolean> {
    const { sweep } = this.store.get().results;
    const adopted = adoptable(sweep, this.feed.snapshot());
    if (sweep === null || adopted === null) return false;
    let taken = false;
    await this.attempt(async () => {
      await this.engine.adopt(sweep.spec, adopted);
      taken = true;
    });
    return taken;
  }

  private async execute(until: Until, options: RunOptions, again?: Again): Promise<void> {
    const state = this.store.get();
    if (isBusy(state) || !isReady(state)) return;
    const spec = again?.spec ?? state.run.spec;
    const token = ++this.turn.count;
    const began = this.now();
    this.patchRun({
      ...{ status: 'running', until, phase: 'warmUp', stage: null, progress: null },
      ...{ recovery: null, ...(again === undefined && { epsCandidates: [] }) },
    });
    this.fail(null);
    try {
      const onEvent = (event: RunEvent): void => {
        if (token === this.turn.count) this.receive(spec, event, again?.reduce);
      };
      const result = await this.engine.run(spec, onEvent, until, options);
      if (token !== this.turn.count) return;
      this.feed.flush();
      if (result !== null) this.patchResults({ result });
      this.patchRun({ status: 'done', phase: null, progress: null });
      if (again === undefined) this.patchRun({ seconds: this.since(began) });
      this.preview = this.updateCurve();
      await this.preview;
    } catch (error) {
      const seconds = again === undefined ? this.since(began) : state.run.seconds;
      if (token === this.turn.count) this.stopped(error, seconds);
    }
  }

  /** Settles when what follows a run by itself is done, or has failed. */
  atRest(): Promise<void> {
    return this.preview.catch(() => undefined);
  }

  pause(): Promise<void> {
    return this.attempt(() => this.engine.pause());
  }

  resume(): Promise<void> {
    return this.attempt(() => this.engine.resume());
  }

  /** One feature map more; from rest it starts a sweep that waits after its first map. */
  async step(): Promise<void> {
    if (this.store.get().run.status === 'paused') await this.attempt(() => this.engine.step());
    else {
      this.stepWhenPaused = true;
      await this.start('scored', true);
    }
  }

  /** Stops the run; what was scored stays. */
  cancel(): Promise<void> {
    return this.attempt(() => this.engine.cancel());
  }

  /** Back to the loaded model, with the same settings. It can be undone until maps are scored anew. */
  async reset(): Promise<void> {
    if (isBusy(this.store.get())) await this.cancel();
    this.turn.count++;
    const history = beforeReset(this.store.get(), this.feed.snapshot());
    this.feed.clear();
    this.fail(null);
    this.patchRun({
      ...{ status: 'empty', phase: null, progress: null, epsCandidates: [], seconds: null },
    });
    this.store.set((s) => ({
      ...s,
      ...{ results: NO_RESULTS, previous: null, history },
      view: { ...s.view, focusMap: null },
    }));
  }

  /**
   * Another trigger for the loaded model, or its own again. Scores stay. What used the trigger is
   * measured again at once, on a few test images, with every network that the engine has.
   */
  async setTrigger(trigger: TriggerSpec | null): Promise<void> {
    const before = this.store.get();
    if (isBusy(before) || !isReady(before)) return;
    const stages = heldStages(before);
    await this.attempt(async () => {
      const changed = await this.engine.setTrigger(trigger);
      this.store.set((s) => withTrigger(s, { ...changed, trigger }));
    });
    if (this.store.get().session.model === before.session.model) return;
    const made = madeSpec(before);
    const images = Math.min(TRIED_ON, made.evaluation.images);
    await this.execute('evaluated', stages.pruned === undefined ? {} : { again: true }, {
      spec: { ...made, evaluation: { images } },
      reduce: (state, spec, event) =>
        measuredAgain(state, spec, event, { ...before.results, stages }),
    });
    this.patchRun({ until: before.run.until });
    const now = this.store.get();
    const untried = untriedNotice(before.results.stages, stages, now.results.stages);
    if (untried === null || now.session.model?.trigger !== trigger) return;
    this.patchSession({ notices: [...now.session.notices, untried] });
  }

  /**
   * Shows a run that was measured elsewhere; `load` with `keep` then fetches its model.
   * @param viewOnly its model cannot be fetched here
   */
  show(opened: OpenedRun, viewOnly = false): void {
    this.loads.show(opened, viewOnly);
  }

  /**
   * Loads a model and forgets the results of the one before.
   * @param keep the run on show is one of this model: it stays
   */
  load(id: string, spec?: RunSpec, keep = false): Promise<void> {
    return this.loads.load(id, spec, keep);
  }

  /** Ends the download of a model: what was on show before comes back. */
  cancelLoad(): Promise<void> {
    return this.attempt(() => this.loads.cancel());
  }

  /** Ends a run or the download of a model, so that another network can come. */
  async makeWay(): Promise<void> {
    if (isBusy(this.store.get())) await this.cancel();
    if (this.store.get().session.loading !== null)
      await this.attempt(() => this.loads.cancel(true));
  }

  /** Loads the model whose download was cancelled or failed. */
  resumeLoad(): Promise<void> {
    return this.loads.resume();
  }

  /** Puts a model that the engine has just loaded in the place of the one before. */
  take(model: LoadedModel): void {
    this.loads.take(model);
  }

  private receive(spec: RunSpec, event: RunEvent, reduce: Reduce = reduceEvent): void {
    const { model } = this.store.get().session;
    if (event.kind === 'frgStart' && model !== null) {
      const previous = previousSweep(this.store.get(), this.feed.snapshot(), spec, event);
      this.store.set((s) => ({ ...s, previous }));
      this.feed.start({ ...event, classes: model.plan.architecture.classes });
    }
    if (event.kind === 'frgRows') this.feed.append(event.from, event.predictions);
    if (event.kind === 'frgDone' || event.kind === 'paused') this.feed.flush();
    this.store.set((state) => reduce(state, spec, event));
    if (event.kind === 'paused' && this.stepWhenPaused) {
      this.stepWhenPaused = false;
      void this.step();
    }
  }

  /** Another look at the network ends the preview: it is then measured again, behind that look. */
  private async updateCurve(): Promise<void> {
    const token = this.turn.count;
    const { engine, feed, store } = this;
    for (let tries = 0; tries < PREVIEW_TRIES && token === this.turn.count; tries++) {
      try {
        await measureCurve(engine, store.get(), feed.snapshot(), (curve) => {
          if (token === this.turn.count) this.patchResults({ curve });
        });
        return;
      } catch (error) {
        // Something else was asked for; the run itself has ended well.
        if (toWire(error).code === 'cancelled') continue;
        if (tries === 0) throw error;
        return;
      }
    }
  }

  private stopped(error: unknown, seconds: number | null): void {
    this.feed.flush();
    const wire = toWire(error);
    const cancelled = wire.code === 'cancelled';
    this.patchRun({ status: cancelled ? 'cancelled' : 'failed', progress: null, seconds });
    if (!cancelled) this.fail(wire);
  }

  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.fail(toWire(error));
    }
  }

  private since(began: number): number {
    return (this.now() - began) / 1000;
  }

  private fail(error: AppState['session']['error']): void {
    this.patchSession({ error });
  }

  private patchSession(patch: Partial<AppState['session']>): void {
    this.store.set((s) => ({ ...s, session: { ...s.session, ...patch } }));
  }

  private patchRun(patch: Partial<RunSlice>): void {
    this.store.set((s) => ({ ...s, run: { ...s.run, ...patch } }));
  }

  private patchResults(patch: Partial<ResultsSlice>): void {
    this.store.set((s) => ({ ...s, results: { ...s.results, ...patch } }));
  }
}
