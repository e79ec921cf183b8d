/** The knock-out test on the page: how many maps to prune, found from clean images alone. */
import { smoothSpec } from '../core/frg/bound.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineApi } from '../bridge/protocol.ts';
import { toWire, type WireError } from '../core/errors.ts';
import { type CutPoint, cutCounts } from '../core/frg/knockOut.ts';
import { roundP } from '../core/frg/select.ts';
import type { ModelFacts } from '../formats/modelFacts.ts';
import type { StorePort } from './commands.ts';
import type { FrgFeed } from './feed.ts';
import { occupation } from './occupation.ts';
import { pruneOrder, scoreTable, type Scored } from './scoring.ts';
import { isBusy, isReady, sweepIsCurrent } from './selectors.ts';
import type { AppState } from './state.ts';

/** What the test measured, as far as it has come. */
export interface KnockOut {
  /** Of the network that was tested. */
  readonly manifest: ModelFacts;
  /** What else decides the answer; see `keyOf`. */
  readonly key: string;
  /** The class that leads in the sweep. */
  readonly suspect: number;
  /** Without fine-tuning by rising count, then with it. */
  readonly points: readonly CutPoint[];
  /** Counts that are tried at most without fine-tuning. */
  readonly most: number;
  /** `stopped`: by hand, or because a run began. */
  readonly status: 'measuring' | 'done' | 'stopped' | 'failed';
  /** How many maps to prune; null: none is suggested, or not yet. */
  readonly count: number | null;
  /** The p that prunes so many; null without a count. */
  readonly p: number | null;
  readonly error: WireError | null;
}

/** Why the test cannot be asked for; null: it can. */
export type KnockOutBar =
  'notScored' | 'notGlobal' | 'control' | 'noSuspect' | 'tooFew' | 'busy' | 'notHere';

/** Why there is no test now. @param scored the sweep on show under the score that is chosen */
export function knockOutBar(state: AppState, scored: Scored | null): KnockOutBar | null {
  const { selection, control } = state.run.spec;
  if (!sweepIsCurrent(state) || scored === null) return 'notScored';
  if (control !== 'none') return 'control';
  if (selection !== 'global') return 'notGlobal';
  if (scored.suspect?.dominant !== true) return 'noSuspect';
  if (cutCounts(scored.table.maps.length).length < 2) return 'tooFew';
  if (isBusy(state) || occupation(state) !== null) return 'busy';
  return isReady(state) ? null : 'notHere';
}

/** Equal where the test would come out the same on one network. */
function keyOf({ results, run }: AppState): string {
  const { sweep } = results;
  const { score, fineTune, seed } = run.spec;
  return JSON.stringify([sweep?.spec.frg, sweep?.eps, sweep?.smoothing, seed, score, fineTune]);
}

/** The test that was made of what is on show; null: none was, or of something else. */
export function shownKnockOut(state: AppState, knockOut: KnockOut | null): KnockOut | null {
  if (knockOut === null || !sweepIsCurrent(state)) return null;
  if (knockOut.manifest !== state.session.model?.manifest) return null;
  return knockOut.key === keyOf(state) && state.run.spec.selection === 'global' ? knockOut : null;
}

interface Parts {
  readonly engine: EngineApi;
  readonly port: StorePort;
  readonly feed: FrgFeed;
  /** Settles when the engine has done what follows a run by itself. */
  readonly atRest: () => Promise<void>;
}

export class KnockOutCommands {
  readonly store: StoreApi<{ readonly latest: KnockOut | null }> = createStore(() => ({
    latest: null as KnockOut | null,
  }));
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Tries growing counts on the sweep on show, unless there is a reason not to. */
  async suggest(): Promise<void> {
    const { engine, port, feed, atRest } = this.parts;
    const state = port.get();
    const { model } = state.session;
    const { sweep } = state.results;
    const table = feed.snapshot();
    if (model === null || sweep === null || table === null) return;
    const scored = scoreTable(table, state.run.spec.score);
    if (knockOutBar(state, scored) !== null || this.latest()?.status === 'measuring') return;
    const order = pruneOrder(model.plan, scored, 'global');
    const suspect = scored.suspect?.class ?? 0;
    const asked: KnockOut = {
      ...{ manifest: model.manifest, key: keyOf(state), suspect, points: [], status: 'measuring' },
      ...{ most: cutCounts(order.length).length, count: null, p: null, error: null },
    };
    this.put(asked);
    try {
      await atRest();
      if (this.latest()?.status !== 'measuring') return;
      const request = { eps: sweep.eps, order, suspect };
      const spec = { ...smoothSpec(sweep.spec, sweep), fineTune: state.run.spec.fineTune };
      const { points, count } = await engine.suggestCut(spec, request, (point) => {
        const latest = this.latest();
        if (latest?.status === 'measuring')
          this.put({ ...latest, points: [...latest.points, point] });
      });
      const p = count === null ? null : roundP(order.length, count);
      this.put({ ...asked, points, count, p, status: 'done' });
    } catch (error) {
      const wire = toWire(error);
      const points = this.latest()?.points ?? [];
      if (wire.code === 'cancelled') this.put({ ...asked, points, status: 'stopped' });
      else this.put({ ...asked, points, status: 'failed', error: wire });
    }
  }

  /** Ends a test under way; what it measured stays. */
  async stop(): Promise<void> {
    const latest = this.latest();
    if (latest?.status !== 'measuring') return;
    this.put({ ...latest, status: 'stopped' });
    await this.parts.engine.cancel();
  }

  /** Puts the ladder away. */
  close(): void {
    if (this.latest()?.status !== 'measuring') this.put(null);
  }

  private latest(): KnockOut | null {
    return this.store.getState().latest;
  }

  private put(latest: KnockOut | null): void {
    this.store.setState({ latest });
  }
}
