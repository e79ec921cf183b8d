/** Which network is on show: loads one, takes one that was opened, shows a run from a file. */
import type { EngineApi, LoadedModel } from '../bridge/protocol.ts';
import { sameTrigger } from '../core/attacks/same.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { toWire, type WireError } from '../core/errors.ts';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { FrgFeed } from './feed.ts';
import type { OpenedRun } from './runFile.ts';
import type { RunSlice } from './runState.ts';
import type { AppState } from './state.ts';
import type { ViewSlice } from './viewState.ts';
import { refusal } from './occupation.ts';
import { isBusy } from './selectors.ts';
import { NOTHING_CHOSEN, withoutNetwork } from './withoutNetwork.ts';

interface Parts {
  readonly engine: EngineApi;
  readonly store: {
    readonly get: () => AppState;
    readonly set: (update: (state: AppState) => AppState) => void;
  };
  readonly feed: FrgFeed;
  /** Counts what was begun: whoever holds an older number is no longer wanted. */
  readonly turn: { count: number };
  /** Ends a run under way. */
  readonly endRun: () => Promise<void>;
}

/** What was on show before a download began, and the download itself. */
interface Download {
  readonly state: AppState;
  readonly table: FrgTable | null;
  readonly id: string;
  /** Asked for with it; undefined: the one on the controls. */
  readonly spec: RunSpec | undefined;
  /** The run on show waits for its network: it was not cleared away, and may have been changed. */
  readonly keep: boolean;
}

export class Loads {
  private readonly parts: Parts;
  /** The download under way; one that takes its place goes back to what was there before both. */
  private download: Download | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** See RunCommands. */
  async load(id: string, spec: RunSpec | undefined, keepsRun: boolean): Promise<void> {
    const { engine, store, feed, turn } = this.parts;
    const refused = refusal(store.get());
    if (refused !== null) {
      this.waitNoMore();
      this.patchSession({ error: toWire(refused) });
      return;
    }
    if (isBusy(store.get())) await this.parts.endRun();
    const token = ++turn.count;
    // A run that the download before has cleared away is not there to be kept.
    const cleared = this.download?.keep === false ? this.download : null;
    const keep = keepsRun && cleared === null;
    const { state, table } = cleared ?? { state: store.get(), table: feed.snapshot() };
    this.download = { state, table, id, spec, keep };
    this.patchSession({ error: null, unloaded: null });
    const progress = (loaded: number, total: number): void => {
      if (token === turn.count) this.patchSession({ loading: { id, loaded, total } });
    };
    progress(0, 0);
    if (!keep) {
      feed.clear();
      this.patchRun({ status: 'loading', phase: 'loading', progress: null, seconds: null });
      store.set(withoutNetwork);
    }
    try {
      const found = await engine.load(id, progress);
      if (token !== turn.count) return;
      const model = keep ? await this.asShown(found) : found;
      if (token !== turn.count) return;
      this.patchSession({ model, modelTrigger: found.trigger, loading: null, viewOnly: false });
      if (!keep) this.patchRun({ status: 'empty', phase: null, spec: spec ?? this.specFor(id) });
    } catch (error) {
      if (token !== turn.count) return;
      const wire = toWire(error);
      this.goBack(wire.code === 'cancelled' ? null : wire);
    }
    this.download = null;
  }

  /** The network with the trigger that the run on show was measured with. */
  private async asShown(found: LoadedModel): Promise<LoadedModel> {
    const { engine, store } = this.parts;
    const trigger = store.get().session.model?.trigger;
    // A file of Defender view names none: that is no choice of having none.
    if (trigger === undefined || trigger === null || sameTrigger(trigger, found.trigger))
      return found;
    return { ...found, ...(await engine.setTrigger(trigger)) };
  }

  /**
   * Ends the download: what was on show before it comes back.
   * @param isReplaced another network is about to come, so that nothing need be said of this one
   */
  async cancel(isReplaced = false): Promise<void> {
    const { engine, turn } = this.parts;
    if (this.download === null) {
      this.waitNoMore();
      return;
    }
    turn.count++;
    this.goBack(null, isReplaced);
    this.download = null;
    await engine.cancelLoad();
  }

  /** Shows what was there before the download that did not come to its end. */
  private goBack(error: WireError | null, isReplaced = false): void {
    const { store, feed } = this.parts;
    if (this.download === null) return;
    const { state, table, id, spec, keep } = this.download;
    const { session, results, previous, history } = state;
    const { model, modelTrigger, loading } = session;
    const isHere = model !== null && loading === null && !session.viewOnly;
    // A run on show that waited for its network waits on.
    const missing =
      model === null ? { id, spec } : loading === null ? null : { id: model.manifest.id };
    const unloaded = missing ?? session.unloaded;
    const stays = unloaded === null && model !== null && !isReplaced;
    const said = stays ? [staysNotice(state, id, model)] : [];
    if (!keep && table !== null) feed.put(table);
    store.set((s) => ({
      ...s,
      session: {
        ...s.session,
        ...{ model, modelTrigger, loading: null, unloaded, error },
        viewOnly: model !== null && !isHere,
        notices: [...s.session.notices, ...said],
      },
      run: settled(keep ? s.run : state.run),
      ...(!keep && { results, previous, history, view: placed(s.view, state.view) }),
    }));
  }

  /** A run is on show, and the download of its network has not begun: it will not. */
  private waitNoMore(): void {
    const { model, loading } = this.parts.store.get().session;
    if (model === null || loading === null) return;
    const unloaded = { id: model.manifest.id };
    this.patchSession({ loading: null, viewOnly: true, unloaded });
  }

  /** Loads what a cancelled download was for. */
  async resume(): Promise<void> {
    const { session } = this.parts.store.get();
    const { unloaded, model } = session;
    if (unloaded !== null) await this.load(unloaded.id, unloaded.spec, model !== null);
  }

  /** See RunCommands. */
  show(opened: OpenedRun, viewOnly: boolean): void {
    const { feed, turn, store } = this.parts;
    const { table, model, results, spec, seconds, epsCandidates, informed } = opened;
    const before = store.get().session.model?.manifest.id ?? model.manifest.id;
    turn.count++;
    feed.put(table);
    const loading = viewOnly ? null : { id: model.manifest.id, loaded: 0, total: 0 };
    this.download = null;
    const session = { model, modelTrigger: model.trigger, loading, viewOnly, unloaded: null };
    this.patchSession({ ...session, error: null });
    this.patchRun({
      ...{ spec, informed, seconds, epsCandidates, phase: null, progress: null },
      ...{ status: 'done', until: 'fineTuned' },
    });
    store.set((s) => ({
      ...s,
      ...{ results: { ...s.results, ...results }, previous: null },
      view: before === model.manifest.id ? s.view : { ...s.view, ...NOTHING_CHOSEN },
    }));
  }

  /** See RunCommands. */
  take(model: LoadedModel): void {
    const { feed, turn, store } = this.parts;
    turn.count++;
    feed.clear();
    this.download = null;
    const session = { model, modelTrigger: model.trigger, loading: null, unloaded: null };
    this.patchSession({ ...session, viewOnly: false, error: null });
    this.patchRun({
      ...{ status: 'empty', phase: null, progress: null, epsCandidates: [], seconds: null },
      spec: this.specFor(model.manifest.id),
    });
    store.set(withoutNetwork);
  }

  private specFor(id: string): RunSpec {
    const { preset } = this.parts.store.get().run.spec;
    return presetSpec(preset === 'custom' ? 'lab' : preset, id);
  }

  private patchSession(patch: Partial<AppState['session']>): void {
    this.parts.store.set((s) => ({ ...s, session: { ...s.session, ...patch } }));
  }

  private patchRun(patch: Partial<RunSlice>): void {
    this.parts.store.set((s) => ({ ...s, run: { ...s.run, ...patch } }));
  }
}

/** The run before a download, which nothing works on any more. */
function settled(run: RunSlice): RunSlice {
  const { status } = run;
  const isAtRest = status !== 'running' && status !== 'paused' && status !== 'loading';
  const now = isAtRest ? status : status === 'loading' ? 'empty' : 'cancelled';
  return { ...run, status: now, phase: null, progress: null };
}

/** What was looked at before, and in whichever way one looks now. */
function placed(now: ViewSlice, before: ViewSlice): ViewSlice {
  const { pins, range, layer, focusMap } = before;
  return { ...now, pins, range, layer, focusMap, peeked: now.peeked || before.peeked };
}

function staysNotice({ session }: AppState, id: string, model: LoadedModel): string {
  const chosen = session.models.find(({ manifest }) => manifest.id === id)?.manifest.title ?? id;
  return `“${chosen}” was not loaded; “${model.manifest.title}” stays.`;
}
