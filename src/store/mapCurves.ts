/** What FRG does to one feature map at every eps: measured on demand, one map at a time. */
import { smoothSpec } from '../core/frg/bound.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MapCurvePoint } from '../bridge/mapLab.ts';
import type { EngineApi } from '../bridge/protocol.ts';
import { toWire } from '../core/errors.ts';
import type { StorePort } from './commands.ts';
import { isReady } from './selectors.ts';
import type { Sweep } from './resultsState.ts';

export interface MapCurve {
  readonly map: number;
  /** As far as they have come, weakest eps first. */
  readonly points: readonly MapCurvePoint[];
  /** `stopped`: another map was asked for, or a run began; asking again starts anew. */
  readonly status: 'measuring' | 'done' | 'stopped' | 'failed';
}

/** By `curveKey`; the latest last. */
export type MapCurves = ReadonlyMap<string, MapCurve>;

/** Bounds of a curve, in 1/255; the sweep's own is among them. */
const BOUNDS = [0, 1, 2, 4, 8, 16, 32, 64, 128];
/** Curves kept for looking back and forth. */
const KEPT = 32;

/** Pixels in [0, 1], weakest first. */
export function curveBounds(eps: number): readonly number[] {
  const own = BOUNDS.some((k) => Math.abs(k / 255 - eps) < 1e-9) ? [] : [eps];
  return [...BOUNDS.map((k) => k / 255), ...own].sort((a, b) => a - b);
}

/** Equal where a curve would come out the same. */
export function curveKey(sweep: Pick<Sweep, 'spec' | 'eps' | 'smoothing'>, map: number): string {
  const { model, frg, seed } = smoothSpec(sweep.spec, sweep);
  return JSON.stringify([model, frg, seed, sweep.eps, map]);
}

export class CurveCommands {
  readonly store: StoreApi<MapCurves> = createStore<MapCurves>(() => new Map());
  private readonly engine: EngineApi;
  private readonly port: StorePort;

  constructor(engine: EngineApi, port: StorePort) {
    this.engine = engine;
    this.port = port;
  }

  /** Measures the curve of a map with the settings of the sweep on show, unless it is at hand. */
  async measure(map: number): Promise<void> {
    const state = this.port.get();
    const { sweep } = state.results;
    if (sweep === null || state.run.status === 'running' || !isReady(state)) return;
    const key = curveKey(sweep, map);
    const status = this.store.getState().get(key)?.status;
    if (status === 'done' || status === 'measuring') return;
    this.put(key, { map, points: [], status: 'measuring' });
    try {
      const spec = smoothSpec(sweep.spec, sweep);
      await this.engine.mapCurve(spec, map, curveBounds(sweep.eps), (point) => {
        const curve = this.store.getState().get(key);
        if (curve?.status === 'measuring')
          this.put(key, { ...curve, points: [...curve.points, point] });
      });
      this.end(key, 'done');
    } catch (error) {
      this.end(key, toWire(error).code === 'cancelled' ? 'stopped' : 'failed');
    }
  }

  private end(key: string, status: MapCurve['status']): void {
    const curve = this.store.getState().get(key);
    if (curve !== undefined) this.put(key, { ...curve, status });
  }

  private put(key: string, curve: MapCurve): void {
    const curves = new Map(this.store.getState());
    curves.delete(key);
    curves.set(key, curve);
    const oldest = curves.keys().next().value;
    if (curves.size > KEPT && oldest !== undefined) curves.delete(oldest);
    this.store.setState(curves, true);
  }
}
