import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineApi } from '../bridge/protocol.ts';
import { toWire } from '../core/errors.ts';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { parseRecorded } from '../formats/recorded.ts';
import { AutosaveCommands, type SavedRuns } from './autosave.ts';
import { RunCommands } from './commands.ts';
import { ExportCommands, type SaveFile } from './exports.ts';
import { FrgFeed } from './feed.ts';
import { HistoryCommands } from './history.ts';
import { toggleKept } from './keep.ts';
import { KnockOutCommands } from './knockOut.ts';
import { LessonCommands, type Memory } from './lesson.ts';
import { LinkCommands } from './links.ts';
import { MapCommands } from './mapCommands.ts';
import { OracleCommands, type OracleEngine } from './oracle.ts';
import { OwnCommands } from './own.ts';
import { frgChanges, isBusy, keepsAlike } from './selectors.ts';
import { initialState, type AppState } from './state.ts';
import type { ViewSlice } from './viewState.ts';
import { type Route, routeHash } from './route.ts';
import { readRunFile, type OpenedRun } from './runFile.ts';
import { studyKind } from './studyKind.ts';
import { encodeLink } from './urlCodec.ts';

/** What the app needs of the page; tests pass their own. */
export interface AppOptions {
  /** The location hash at the start. */
  readonly hash?: string;
  /** Told the new hash whenever the settings change. */
  readonly onLink?: (hash: string) => void;
  /** Goes to an address as a person does, so that Back leads here; it must end in a `visit`. */
  readonly goTo?: (hash: string) => void;
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
  /** Of one feature map. */
  readonly maps: MapCommands;
  /** How many maps to prune. */
  readonly knockOut: KnockOutCommands;
  /** Files of the person's. */
  readonly own: OwnCommands;
  /** Files for the person. */
  readonly files: ExportCommands;
  readonly lesson: LessonCommands;
  readonly oracle: OracleCommands;
  readonly history: HistoryCommands;
  readonly autosave: AutosaveCommands;
  /** Asks the engine who it is and loads the link's model, else the first that can run. */
  /** @param onFirst the recorded run is on show, or will not be */
  readonly boot: (onFirst?: () => void) => Promise<void>;
  /** Reads a link again, e.g. after the person edited the address. */
  readonly openLink: (hash: string) => Promise<void>;
  /** Follows an address: one without settings only turns the page. */
  readonly visit: (hash: string) => Promise<void>;
  /** Changes settings; the preset becomes `custom` when those of FRG change. */
  readonly setSpec: (change: (spec: RunSpec) => RunSpec) => void;
  readonly setPreset: (preset: 'paper' | 'released' | 'lab') => void;
  /** Moves the cut line. In Oracle view this goes back to Defender first. */
  readonly setP: (p: number) => void;
  /** Keeps a map whatever its score, or lets it go again. Like moving the line. */
  readonly toggleKept: (map: number) => void;
  readonly setView: (patch: Partial<ViewSlice>) => void;
  /** Turns to a page; Back comes back to the one before. */
  readonly turnTo: (route: Route) => void;
  readonly addNotice: (notice: string) => void;
  readonly dismissNotices: () => void;
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

  /** What is pruned is chosen in Defender view; an earlier look at Oracle view is not forgotten. */
  const moveCut = (change: (spec: RunSpec) => RunSpec): void => {
    const { view, run: before } = store.getState();
    if (view.rules.p !== undefined) return;
    const { p, keep } = change(before.spec);
    // Nothing was chosen, e.g. by leaving the field of p as it was.
    if (p === before.spec.p && keepsAlike(keep, before.spec.keep)) return;
    setView({ lens: 'defender' });
    patchSpec(change);
    set((s) => ({ ...s, run: { ...s.run, informed: s.run.informed || s.view.peeked } }));
  };

  const readFirst = options.readFirstRun;
  /** Shows the recorded run as it is wanted, if it is. False when it cannot be read. */
  const showRecorded = async (wants: (first: OpenedRun) => OpenedRun | null): Promise<boolean> => {
    if (readFirst === undefined) return true;
    try {
      const first = readRunFile(await readFirst());
      const wanted = wants(first);
      if (wanted !== null) run.show(wanted);
      return true;
    } catch {
      return false;
    }
  };
  const lesson = new LessonCommands({
    ...{ store: { get: store.getState, set }, run, now },
    memory: options.lessonMemory ?? { read: () => null, write: () => undefined },
    showRecorded: () => showRecorded((first) => first),
  });

  const links = new LinkCommands({
    ...{ store: { get: store.getState, set }, run, lesson, setView },
    hash: options.hash ?? '',
  });

  const goTo = options.goTo ?? ((hash: string) => void links.visit(hash));
  const turnTo = (route: Route): void => {
    const { page, step } = store.getState().view.route;
    if (route.page !== page || route.step !== step) goTo(routeHash(route));
  };

  const addNotice = (notice: string): void => {
    set((s) => ({ ...s, session: { ...s.session, notices: [...s.session.notices, notice] } }));
  };

  /** A comparison or a sweep is shown on its own page. @returns whether it is one */
  const openStudy = async (text: string): Promise<boolean> => {
    const kind = studyKind(text);
    if (kind === null) return false;
    const { readStudy } = await import('./studyFile.ts');
    const study = readStudy(text);
    const shown =
      study.kind === 'compare'
        ? { of: study.rows[0]?.model ?? null }
        : { of: study.sweeps[0]?.model ?? null, over: study.sweeps[0]?.over ?? 'eps' };
    patchSession({ study });
    setView(shown);
    turnTo({ page: kind, step: null });
    return true;
  };

  const openRun = async (text: string): Promise<void> => {
    if (await openStudy(text)) return;
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
    if (!isHere) return;
    await run.load(id, undefined, true);
    const { session, results } = store.getState();
    const { backdoored } = results.stages;
    if (
      session.model !== null &&
      session.model.trigger !== null &&
      backdoored?.metrics.asr === null
    )
      addNotice(
        'This run was exported in Defender view, without ASR and RA. Run again to measure them.',
      );
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

  const boot = async (onFirst: () => void = () => undefined): Promise<void> => {
    lesson.remember();
    links.lookFirst();
    const first = showRecorded((opened) => links.asksFor(opened));
    void first.then(onFirst);
    try {
      const [info, models] = await Promise.all([engine.info(), engine.models(), first]);
      patchSession({ info, models });
    } catch (error) {
      patchSession({ error: toWire(error) });
      set((s) => ({ ...s, run: { ...s.run, status: 'failed' } }));
      return;
    }
    await links.openFirst();
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

  const history = new HistoryCommands({ get: store.getState, set }, now, feed);
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
    maps: new MapCommands(engine, { get: store.getState, set }),
    knockOut: new KnockOutCommands({
      ...{ engine, feed, port: { get: store.getState, set } },
      atRest: () => run.atRest(),
    }),
    own,
    lesson,
    history,
    autosave,
    oracle: new OracleCommands(engine, { get: store.getState, set }),
    files,
    boot,
    openLink: (hash) => links.open(hash),
    visit: (hash) => links.visit(hash),
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
      moveCut((spec) => ({ ...spec, p }));
    },
    toggleKept: (map) => {
      moveCut((spec) => toggleKept(spec, map));
    },
    setView,
    turnTo,
    addNotice,
    dismissNotices: () => {
      patchSession({ notices: [] });
    },
  };
}
