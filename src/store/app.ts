import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineApi, ModelSummary } from '../bridge/protocol.ts';
import { toWire } from '../core/errors.ts';
import { presetSpec } from '../core/presets.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import { parseRecorded } from '../formats/recorded.ts';
import { AutosaveCommands, type SavedRuns } from './autosave.ts';
import { RunCommands } from './commands.ts';
import { ExportCommands, type SaveFile } from './exports.ts';
import { FrgFeed } from './feed.ts';
import { HistoryCommands } from './history.ts';
import { LessonCommands, type Memory } from './lesson.ts';
import { OracleCommands, type OracleEngine } from './oracle.ts';
import { OwnCommands } from './own.ts';
import { frgChanges, isBusy } from './selectors.ts';
import { parseRoute } from './route.ts';
import { initialState, OWN_ID, type AppState, type ViewSlice } from './state.ts';
import { readRunFile, type OpenedRun } from './runFile.ts';
import { decodeLink, encodeLink } from './urlCodec.ts';

/** What the app needs of the page; tests pass their own. */
export interface AppOptions {
  /** The location hash at the start. */
  readonly hash?: string;
  /** Told the new hash whenever the settings change. */
  readonly onLink?: (hash: string) => void;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
  readonly feed?: FrgFeed;
  /** Reads the runs that were measured beforehand, not yet trusted. */
  readonly readRecorded?: () => Promise<unknown>;
  /** Reads the run that is on show until one is made here: the text of a run file. */
  readonly readFirstRun?: () => Promise<string>;
  /** Keeps the answers of the lesson. */
  readonly lessonMemory?: Memory;
  /** Keeps runs from one visit to the next; null: nothing is kept. */
  readonly savedRuns?: SavedRuns;
  /** Hands a file to the person. */
  readonly saveFile?: SaveFile;
  /** Of this build, for exports. */
  readonly commit?: string;
  /** ISO date and time. */
  readonly clock?: () => string;
  /** Runs something after so many milliseconds. */
  readonly later?: (callback: () => void, milliseconds: number) => void;
}

export interface App {
  /** For the pages with studies of their own. */
  readonly engine: EngineApi;
  readonly store: StoreApi<AppState>;
  readonly feed: FrgFeed;
  readonly run: RunCommands;
  /** Files of the person's. */
  readonly own: OwnCommands;
  /** Files for the person. */
  readonly files: ExportCommands;
  readonly lesson: LessonCommands;
  readonly oracle: OracleCommands;
  readonly history: HistoryCommands;
  readonly autosave: AutosaveCommands;
  /** Asks the engine who it is and loads the link's model, else the first that can run. */
  readonly boot: () => Promise<void>;
  /** Reads a link again, e.g. after the person edited the address. */
  readonly openLink: (hash: string) => Promise<void>;
  /** Follows an address: one without settings only turns the page. */
  readonly visit: (hash: string) => Promise<void>;
  /** Changes settings; the preset becomes `custom` when those of FRG change. */
  readonly setSpec: (change: (spec: RunSpec) => RunSpec) => void;
  readonly setPreset: (preset: 'paper' | 'released' | 'lab') => void;
  /** Moves the cut line. In Oracle view this goes back to Defender first. */
  readonly setP: (p: number) => void;
  readonly setView: (patch: Partial<ViewSlice>) => void;
  readonly addNotice: (notice: string) => void;
  readonly dismissNotices: () => void;
}

/** Why a link's model is not the one on show. */
function missingModel(id: string, models: readonly ModelSummary[]): string {
  if (id === OWN_ID)
    return 'The link is about a network from a file, and links hold no files; open it again.';
  const needs = models.find(({ manifest }) => manifest.id === id)?.needs ?? null;
  return needs === null
    ? `The link’s model “${id}” cannot run here; another one is shown.`
    : `The link’s model “${id}” ${needs}; another one is shown until you choose it and open them.`;
}

/** Wires an engine to a store. The one place where the two meet. */
export function createApp(engine: EngineApi & OracleEngine, options: AppOptions = {}): App {
  const store = createStore<AppState>(initialState);
  const feed = options.feed ?? new FrgFeed();
  const set = (update: (state: AppState) => AppState): void => {
    store.setState(update);
  };
  const now = options.now ?? (() => performance.now());
  const run = new RunCommands(engine, { get: store.getState, set }, feed, now);
  const patchSession = (patch: Partial<AppState['session']>): void => {
    set((s) => ({ ...s, session: { ...s.session, ...patch } }));
  };
  const setView = (patch: Partial<ViewSlice>): void => {
    set((s) => {
      const view = { ...s.view, ...patch };
      return { ...s, view: { ...view, peeked: view.peeked || view.lens === 'oracle' } };
    });
  };
  const patchSpec = (change: (spec: RunSpec) => RunSpec): void => {
    set((s) => ({ ...s, run: { ...s.run, spec: change(s.run.spec) } }));
  };

  /** Shows the recorded run if `wants` says so. False when it cannot be read. */
  const showRecorded = async (wants: (first: OpenedRun) => boolean): Promise<boolean> => {
    if (options.readFirstRun === undefined) return true;
    try {
      const first = readRunFile(await options.readFirstRun());
      if (wants(first)) run.show(first);
      return true;
    } catch {
      return false;
    }
  };

  /** Where the link asks for nothing else; it needs neither engine nor weights. */
  const showFirstRun = (): Promise<boolean> =>
    showRecorded((first) => {
      const link = decodeLink(options.hash ?? '');
      const { id } = first.model.manifest;
      const asked = link.model === null || link.model === id;
      // Parsed, both have their keys in the same order.
      return asked && JSON.stringify(parseRunSpec(link.spec(id))) === JSON.stringify(first.spec);
    });

  const lesson = new LessonCommands({
    ...{ store: { get: store.getState, set }, run },
    memory: options.lessonMemory ?? { read: () => null, write: () => undefined },
    showRecorded: () => showRecorded(() => true),
  });

  const openLink = async (hash: string): Promise<void> => {
    const link = decodeLink(hash);
    const { models, model, loading, viewOnly } = store.getState().session;
    const shown = viewOnly ? undefined : model?.manifest.id;
    const canRun = models.filter(({ needs }) => needs === null).map(({ manifest }) => manifest.id);
    const isHere = link.model !== null && (link.model === shown || canRun.includes(link.model));
    const wanted = isHere ? link.model : null;
    const missing =
      link.model !== null && wanted === null ? [missingModel(link.model, models)] : [];
    const id = wanted ?? canRun[0];
    patchSession({ notices: [...link.notices, ...missing] });
    setView({ ...link.view, route: lesson.resolve(link.view.route) });
    lesson.enter();
    if (id === undefined) {
      const message = 'No model can run here.';
      const remedy = 'Reload the page; if this stays, the models folder is missing.';
      patchSession({ error: { message, code: 'badModel', remedy } });
      set((s) => ({ ...s, run: { ...s.run, status: 'failed' } }));
    } else if (id !== shown) await run.load(id, link.spec(id));
    else if (loading === null) patchSpec(() => link.spec(id));
    else await run.load(id, link.spec(id), true);
  };

  /** What the first look at the link will read: whoever turns a page meanwhile is not taken back. */
  let firstHash = options.hash ?? '';
  const visit = async (hash: string): Promise<void> => {
    const settings = /\?.*$/s.exec(firstHash)?.[0] ?? '';
    firstHash = hash.includes('?') ? hash : `${hash}${settings}`;
    if (hash.includes('?')) return openLink(hash);
    const { route, notice } = parseRoute(hash);
    const { page } = store.getState().view.route;
    setView({ route: lesson.resolve(route) });
    lesson.enter();
    if (page === 'lesson') lesson.settle();
    if (notice !== null) patchSession({ notices: [notice] });
  };

  const addNotice = (notice: string): void => {
    set((s) => ({ ...s, session: { ...s.session, notices: [...s.session.notices, notice] } }));
  };

  const openRun = async (text: string): Promise<void> => {
    const opened = readRunFile(text);
    const { id } = opened.model.manifest;
    const isHere = store
      .getState()
      .session.models.some(
        ({ manifest, needs }) =>
          manifest.id === id && needs === null && manifest.weights.sha256 === opened.network,
      );
    if (isBusy(store.getState())) await run.cancel();
    run.show(opened, !isHere);
    if (isHere) await run.load(id, undefined, true);
  };
  const clock = options.clock ?? (() => new Date().toISOString());
  const own = new OwnCommands({ engine, store: { get: store.getState, set }, run, openRun });
  const files = new ExportCommands({
    ...{ engine, feed, get: store.getState, set },
    save: options.saveFile ?? (() => undefined),
    commit: options.commit ?? '',
    today: () => clock().slice(0, 10),
  });

  const autosave = new AutosaveCommands({
    ...{ store: { get: store.getState, set }, feed, openRun, addNotice, clock },
    runs: options.savedRuns ?? null,
    commit: options.commit ?? '',
    later: options.later ?? ((callback, milliseconds) => void setTimeout(callback, milliseconds)),
  });

  const loadRecorded = async (): Promise<void> => {
    if (options.readRecorded === undefined) return;
    try {
      patchSession({ recorded: parseRecorded(await options.readRecorded()).runs });
    } catch {
      addNotice('The runs measured beforehand could not be read; everything else works.');
    }
  };

  const boot = async (): Promise<void> => {
    lesson.remember();
    setView({ route: lesson.resolve(parseRoute(options.hash ?? '').route) });
    const first = showFirstRun();
    try {
      const [info, models] = await Promise.all([engine.info(), engine.models(), first]);
      patchSession({ info, models });
    } catch (error) {
      patchSession({ error: toWire(error) });
      set((s) => ({ ...s, run: { ...s.run, status: 'failed' } }));
      return;
    }
    await openLink(firstHash);
    if (!(await first))
      addNotice('The recorded first run could not be read; everything else works.');
    await autosave.offer();
    await loadRecorded();
    try {
      await own.refresh();
    } catch {
      addNotice('The data sets kept on this device could not be listed; open their files again.');
    }
  };

  const history = new HistoryCommands({ get: store.getState, set }, now);
  store.subscribe((state, before) => {
    history.note(state, before);
    autosave.note(state, before);
  });

  store.subscribe((state, before) => {
    if (state.session.model === null || options.onLink === undefined) return;
    if (state.run.spec === before.run.spec && state.view === before.view) return;
    options.onLink(encodeLink(state.run.spec, state.view));
  });

  return {
    engine,
    store,
    feed,
    run,
    own,
    lesson,
    history,
    autosave,
    oracle: new OracleCommands(engine, { get: store.getState, set }),
    files,
    boot,
    openLink,
    visit,
    setSpec: (change) => {
      patchSpec((spec) => {
        const next = change(spec);
        return frgChanges(spec, { ...next, seed: spec.seed }).length === 0
          ? next
          : { ...next, preset: 'custom' };
      });
    },
    setPreset: (preset) => {
      patchSpec((spec) => ({ ...presetSpec(preset, spec.model), seed: spec.seed }));
    },
    setP: (p) => {
      if (store.getState().view.rules.p !== undefined) return;
      setView({ lens: 'defender' });
      patchSpec((spec) => ({ ...spec, p }));
      set((s) => ({ ...s, run: { ...s.run, informed: s.run.informed || s.view.peeked } }));
    },
    setView,
    addNotice,
    dismissNotices: () => {
      patchSession({ notices: [] });
    },
  };
}
