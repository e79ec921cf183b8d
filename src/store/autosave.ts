/** Keeps what was measured here, so that closing the tab loses nothing. */
import { FmpError } from '../core/errors.ts';
import type { StorePort } from './commands.ts';
import type { FrgFeed } from './feed.ts';
import { writeRunFile } from './runFile.ts';
import { deviceText, isBusy } from './selectors.ts';
import type { SavedSummary } from './sessionState.ts';
import type { AppState } from './state.ts';

/** A run as it lies in the browser's storage. */
export interface SavedRun extends SavedSummary {
  readonly version: 1;
  /** A run file. */
  readonly text: string;
}

/** The browser's storage of runs; every method may reject. */
export interface SavedRuns {
  /** The newest that is not this visit's; null: none. */
  readonly newest: (visit: string) => Promise<SavedRun | null>;
  /** Replaces the one with the same id, and forgets the oldest beyond a few. */
  readonly write: (run: SavedRun) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

type Later = (callback: () => void, milliseconds: number) => void;

interface Parts {
  readonly store: StorePort;
  readonly feed: FrgFeed;
  readonly runs: SavedRuns | null;
  readonly openRun: (text: string) => Promise<void>;
  readonly addNotice: (notice: string) => void;
  /** ISO date and time. */
  readonly clock: () => string;
  readonly commit: string;
  readonly later: Later;
}

/** Milliseconds between saves while maps stream in, and after a change at rest. */
const WHILE_BUSY_MS = 10_000;
const AT_REST_MS = 400;

/** Something here was made in this tab and would be lost with it. */
function isWorthKeeping({ results, session }: AppState): boolean {
  const { sweep, stages } = results;
  if (sweep === null || session.viewOnly) return false;
  const made = [sweep, stages.pruned, stages.fineTuned];
  return made.some((part) => part?.recorded === null);
}

export class AutosaveCommands {
  private readonly parts: Parts;
  /** One entry per visit: two tabs keep two runs. */
  private readonly visit: string;
  /** The timer that is set: a long one while the engine works gives way to a short one at rest. */
  private waiting: 'no' | 'busy' | 'rest' = 'no';
  private hasWarned = false;

  constructor(parts: Parts) {
    this.parts = parts;
    this.visit = parts.clock();
  }

  /** Offers what an earlier visit left. */
  async offer(): Promise<void> {
    const { runs } = this.parts;
    if (runs === null) return;
    try {
      const found = await runs.newest(this.visit);
      if (found === null) return;
      const { id, savedAt, title, stage } = found;
      this.setSaved({ id, savedAt, title, stage });
    } catch {
      // Storage that cannot be read has nothing to offer; saving will say so.
    }
  }

  /** Shows the run that was offered, and its network where it can be loaded. */
  async resume(): Promise<void> {
    const { runs, openRun, addNotice } = this.parts;
    try {
      const found = (await runs?.newest(this.visit)) ?? null;
      this.setSaved(null);
      if (found === null) throw new FmpError('nothing is kept', { code: 'badData' });
      await openRun(found.text);
    } catch {
      addNotice('The kept run could not be read. Nothing else was changed.');
    }
  }

  async discard(): Promise<void> {
    const { runs, store } = this.parts;
    const { saved } = store.get().session;
    this.setSaved(null);
    try {
      if (saved !== null) await runs?.remove(saved.id);
    } catch {
      // It stays, and is offered at the next visit.
    }
  }

  /** To be called after every change of the state. */
  note(state: AppState, before: AppState): void {
    const isNew = state.results !== before.results || state.run.progress !== before.run.progress;
    if (!isNew || this.parts.runs === null || !isWorthKeeping(state)) return;
    const wanted = isBusy(state) ? 'busy' : 'rest';
    if (this.waiting === 'rest' || this.waiting === wanted) return;
    this.waiting = wanted;
    this.parts.later(() => void this.save(), wanted === 'busy' ? WHILE_BUSY_MS : AT_REST_MS);
  }

  /** Saves at once, e.g. because the page is about to be closed. */
  async save(): Promise<void> {
    this.waiting = 'no';
    const { store, feed, runs, clock, commit, addNotice } = this.parts;
    const state = store.get();
    const { model, info } = state.session;
    if (runs === null || model === null || !isWorthKeeping(state)) return;
    const savedAt = clock();
    const device = deviceText(info);
    const origin = { date: savedAt.slice(0, 10), commit, device };
    const text = writeRunFile(state, feed.snapshot(), origin);
    if (text === null) return;
    const { fineTuned, pruned } = state.results.stages;
    const stage =
      fineTuned !== undefined ? 'fineTuned' : pruned !== undefined ? 'pruned' : 'scored';
    const { title } = model.manifest;
    try {
      await runs.write({ version: 1, id: this.visit, savedAt, title, stage, text });
    } catch {
      if (this.hasWarned) return;
      this.hasWarned = true;
      addNotice('This browser has no room to keep your run. Export it before you close the page.');
    }
  }

  private setSaved(saved: SavedSummary | null): void {
    this.parts.store.set((s) => ({ ...s, session: { ...s.session, saved } }));
  }
}
