/** Undo and redo: the settings, and what was made with them. */
import { sameTrigger } from '../core/attacks/same.ts';
import type { FrgTable } from '../core/frg/score.ts';
import type { StorePort } from './commands.ts';
import type { FrgFeed } from './feed.ts';
import { frgChanges, isBusy } from './selectors.ts';
import type { Cleared, HistorySlice, Moment } from './historyState.ts';
import type { AppState } from './state.ts';

/** Moves of the line this close together, in milliseconds, are one change. */
const ONE_CHANGE_MS = 900;
const KEPT = 50;

/** The state before a reset, to come back to. @param table of the sweep on show */
export function beforeReset(state: AppState, table: FrgTable | null): HistorySlice {
  const { results, previous, history } = state;
  const hasNothing = results.sweep === null && Object.keys(results.stages).length === 0;
  if (hasNothing) return history;
  const { seconds, epsCandidates } = state.run;
  const status = isBusy(state) ? 'cancelled' : state.run.status;
  const run = { status, seconds, epsCandidates };
  const cleared = { ...run, results, previous, table, past: history.past };
  return { past: [{ ...momentOf(state), cleared }], future: [] };
}

function momentOf({ run, results }: AppState): Moment {
  const { stages, epochs, selected, result } = results;
  return { spec: run.spec, informed: run.informed, stages, epochs, selected, result };
}

function isChosenAlike(a: Moment, b: Moment): boolean {
  return JSON.stringify(a.spec) === JSON.stringify(b.spec);
}

/** Other scores, another network or trigger: what was made before is no longer comparable. */
function beginsAnew(before: AppState, now: AppState): boolean {
  const [old, fresh] = [before.results.sweep, now.results.sweep];
  const [was, is] = [before.session.model, now.session.model];
  if (was?.manifest.id !== is?.manifest.id) return true;
  // Its stages are of the trigger before.
  if (!sameTrigger(was?.trigger ?? null, is?.trigger ?? null)) return true;
  if (old === null || fresh === null) return old !== fresh;
  return frgChanges(old.spec, fresh.spec).length > 0;
}

export class HistoryCommands {
  private readonly store: StorePort;
  private readonly now: () => number;
  private readonly feed: FrgFeed;
  private isApplying = false;
  private lastMove = -Infinity;
  /** What was on show when the run began, while the run has not pruned yet. */
  private origin: Moment | null = null;

  constructor(store: StorePort, now: () => number, feed: FrgFeed) {
    this.store = store;
    this.feed = feed;
    this.now = now;
  }

  /** To be called after every change of the state. */
  note(state: AppState, before: AppState): void {
    if (this.isApplying) return;
    if (state.history !== before.history) {
      this.lastMove = -Infinity;
      this.origin = null;
      return;
    }
    if (state.results === before.results && state.run.spec === before.run.spec) return;
    if (beginsAnew(before, state)) {
      this.lastMove = -Infinity;
      this.origin = null;
      this.patch({ past: [], future: [] });
      return;
    }
    if (state.results.sweep === null) return;
    const [old, fresh] = [momentOf(before), momentOf(state)];
    if (isBusy(state)) {
      // What is only measured again was made before.
      if (state.run.until !== 'evaluated') this.noteRun(old, fresh);
    } else if (!isChosenAlike(old, fresh)) this.noteMove(old);
  }

  /** A run measures the network as loaded again before it goes on: that is no step of its own. */
  private noteRun(old: Moment, fresh: Moment): void {
    if (fresh.stages === old.stages) return;
    if (fresh.stages.fineTuned !== undefined) this.push(old);
    else if (fresh.stages.pruned !== undefined) {
      const origin = this.origin ?? old;
      const repeats = origin.stages.pruned !== undefined && isChosenAlike(origin, fresh);
      if (!repeats || origin.stages.fineTuned !== undefined) this.push(origin);
      this.origin = null;
    } else this.origin ??= old;
  }

  private noteMove(old: Moment): void {
    this.origin = null;
    const time = this.now();
    const goesOn = time - this.lastMove < ONE_CHANGE_MS;
    if (!goesOn) this.push(old);
    this.lastMove = time;
  }

  private push(moment: Moment): void {
    this.lastMove = -Infinity;
    this.patch({ past: [...this.store.get().history.past, moment].slice(-KEPT), future: [] });
  }

  undo(): void {
    const { past, future } = this.store.get().history;
    const to = past.at(-1);
    if (to?.cleared !== undefined) this.restore(to, to.cleared);
    else if (to !== undefined)
      this.apply(to, (now) => ({ past: past.slice(0, -1), future: [now, ...future] }));
  }

  redo(): void {
    const { past, future } = this.store.get().history;
    const [to, ...rest] = future;
    if (to !== undefined) this.apply(to, (now) => ({ past: [...past, now], future: rest }));
  }

  /** Takes back a reset, which can be made again. */
  private restore(to: Moment, { results, previous, table, past, ...run }: Cleared): void {
    if (isBusy(this.store.get())) return;
    if (table !== null) this.feed.put(table);
    this.isApplying = true;
    this.store.set((s) => ({
      ...s,
      ...{ results, previous, history: { past, future: [] } },
      run: { ...s.run, ...run, informed: to.informed, spec: to.spec },
    }));
    this.isApplying = false;
  }

  private apply(to: Moment, history: (now: Moment) => HistorySlice): void {
    const state = this.store.get();
    if (isBusy(state)) return;
    const { spec, informed, stages, epochs, selected, result } = to;
    this.isApplying = true;
    this.lastMove = -Infinity;
    this.store.set((s) => ({
      ...s,
      run: { ...s.run, informed, spec },
      results: { ...s.results, stages, epochs, selected, result },
      history: history(momentOf(state)),
    }));
    this.isApplying = false;
  }

  private patch(history: HistorySlice): void {
    this.store.set((s) => ({ ...s, history }));
  }
}
