/** Which network is on show: loads one, takes one that was opened, shows a run from a file. */
import type { EngineApi, LoadedModel } from '../bridge/protocol.ts';
import { sameTrigger } from '../core/attacks/same.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { FrgFeed } from './feed.ts';
import type { OpenedRun } from './runFile.ts';
import type { RunSlice } from './runState.ts';
import type { AppState } from './state.ts';
import type { ViewSlice } from './viewState.ts';
import { isBusy } from './selectors.ts';
import { withoutNetwork } from './withoutNetwork.ts';

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
  /** Says why something broke off. */
  readonly stopped: (error: unknown) => void;
}

/** What was on show before a download began, and the download itself. */
interface Download {
  readonly state: AppState;
  readonly table: FrgTable | null;
  readonly id: string;
  /** Asked for with it; undefined: the one on the controls. */
  readonly spec: RunSpec | undefined;
}

export class Loads {
  private readonly parts: Parts;
  /** The download under way; one that takes its place goes back to what was there before both. */
  private download: Download | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** See RunCommands. */
  async load(id: string, spec: RunSpec | undefined, keep: boolean): Promise<void> {
    const { engine, store, feed, turn, stopped } = this.parts;
    if (isBusy(store.get())) await this.parts.endRun();
    const token = ++turn.count;
    const before = this.download ?? { state: store.get(), table: feed.snapshot() };
    this.download = { state: before.state, table: before.table, id, spec };
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
      this.patchSession({ loading: null });
      stopped(error);
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

  /** Ends the download: what was on show before it comes back. */
  async cancel(): Promise<void> {
    const { engine, store, feed, turn } = this.parts;
    const { download } = this;
    if (download === null) {
      this.waitNoMore();
      return;
    }
    turn.count++;
    this.download = null;
    const { state, table, id, spec } = download;
    if (table !== null) feed.put(table);
    const { session } = state;
    const { model, modelTrigger, loading } = session;
    const isHere = model !== null && loading === null && !session.viewOnly;
    // A run on show that waited for its network waits on.
    const missing =
      model === null ? { id, spec } : loading === null ? null : { id: model.manifest.id };
    const unloaded = missing ?? session.unloaded;
    const stays = unloaded === null && model !== null ? [staysNotice(state, id, model)] : [];
    store.set((s) => ({
      ...s,
      session: {
        ...s.session,
        ...{ model, modelTrigger, loading: null, unloaded, error: null },
        viewOnly: model !== null && !isHere,
        notices: [...s.session.notices, ...stays],
      },
      run: settled(state.run),
      ...{ results: state.results, previous: state.previous, history: state.history },
      view: placed(s.view, state.view),
    }));
    await engine.cancelLoad();
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
    store.set((s) => ({ ...s, results: { ...s.results, ...results }, previous: null }));
  }

  /** See RunCommands. */
  take(model: LoadedModel): void {
    const { feed, turn, store } = this.parts;
    turn.count++;
    feed.clear();
    this.download = null;
    const session = { model, modelTrigger: model.trigger, loading: null, unloaded: null };
    store.set((s) => ({ ...s, view: { ...s.view, focusMap: null } }));
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
  const { pins, range, focusMap } = before;
  return { ...now, pins, range, focusMap, peeked: now.peeked || before.peeked };
}

function staysNotice({ session }: AppState, id: string, model: LoadedModel): string {
  const chosen = session.models.find(({ manifest }) => manifest.id === id)?.manifest.title ?? id;
  return `“${chosen}” was not loaded; “${model.manifest.title}” stays.`;
}
