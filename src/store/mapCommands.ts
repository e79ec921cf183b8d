/** What one can ask of a single feature map, and which ones lie side by side. */
import { smoothSpec } from '../core/frg/bound.ts';
import type { TriggeredMap } from '../bridge/mapLab.ts';
import type { EngineApi, LoadedModel, MapInspection } from '../bridge/protocol.ts';
import type { StorePort } from './commands.ts';
import { Inspector } from './inspector.ts';
import { MAX_PINS } from './linkView.ts';
import { CurveCommands } from './mapCurves.ts';
import type { OracleEngine } from './oracle.ts';
import { isReady } from './selectors.ts';
import type { Look } from './slowMotion.ts';
import type { MapRange, ViewSlice } from './viewState.ts';

export class MapCommands {
  readonly curves: CurveCommands;
  private readonly engine: EngineApi & OracleEngine;
  private readonly store: StorePort;
  private readonly inspector: Inspector;
  /** A model with another trigger is another object, so that its answers are forgotten. */
  private readonly triggered = new WeakMap<
    LoadedModel,
    Map<string, Promise<TriggeredMap | null>>
  >();

  constructor(engine: EngineApi & OracleEngine, store: StorePort) {
    this.engine = engine;
    this.store = store;
    this.inspector = new Inspector(engine);
    this.curves = new CurveCommands(engine, store);
  }

  /**
   * FRG of one map on one image, with the settings of the sweep on show; null when impossible.
   * @param look settings that differ from the sweep's
   */
  async inspect(map: number, image: number, look?: Look): Promise<MapInspection | null> {
    const { results, run, session } = this.store.get();
    if (results.sweep === null || run.status === 'running' || session.viewOnly) return null;
    const { eps } = results.sweep;
    const spec = smoothSpec(results.sweep.spec, results.sweep);
    const asked = look === undefined ? spec.frg : { ...spec.frg, steps: look.steps };
    return this.inspector.inspect({ ...spec, frg: asked }, look?.eps ?? eps, map, image);
  }

  /** A map on one of the shown samples, clean and triggered. Null outside Oracle view. */
  async inspectTriggered(map: number, sample: number): Promise<TriggeredMap | null> {
    const state = this.store.get();
    const { model } = state.session;
    if (state.view.lens !== 'oracle' || model?.samples.triggered == null) return null;
    if (state.run.status === 'running' || !isReady(state)) return null;
    const known = this.triggered.get(model) ?? new Map<string, Promise<TriggeredMap | null>>();
    this.triggered.set(model, known);
    const key = `${String(map)} ${String(sample)}`;
    const hit = known.get(key);
    if (hit !== undefined) return hit;
    const spec = state.results.sweep?.spec ?? state.run.spec;
    const asked = this.engine.inspectTriggered?.(spec, map, sample) ?? Promise.resolve(null);
    const answer = asked.catch(() => {
      known.delete(key);
      return null;
    });
    known.set(key, answer);
    return answer;
  }

  /** Puts a map's card below the chart; the oldest makes room for a fifth. */
  pin(map: number): void {
    const { pins } = this.store.get().view;
    if (!pins.includes(map)) this.patch({ pins: [...pins, map].slice(-MAX_PINS), focusMap: map });
  }

  unpin(map: number): void {
    this.patch({ pins: this.store.get().view.pins.filter((pinned) => pinned !== map) });
  }

  /** Marks the maps from one to another, both included and in either order; null: none. */
  mark(range: MapRange | null): void {
    this.patch({
      range: range && {
        from: Math.min(range.from, range.to),
        to: Math.max(range.from, range.to),
      },
    });
  }

  private patch(patch: Partial<ViewSlice>): void {
    this.store.set((s) => ({ ...s, view: { ...s.view, ...patch } }));
  }
}
