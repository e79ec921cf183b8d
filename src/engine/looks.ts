/** Requests that look at the loaded network and change nothing: maps, curves, what the oracle sees. */
import type { EngineApi, OracleApi } from '../bridge/protocol.ts';
import { parseRunSpec } from '../core/runSpec.ts';
import { DEFAULT_SPLIT, measureAccuracyCurve } from './accuracyCurve.ts';
import type { CurrentRun } from './currentRun.ts';
import { besideRun, inspectMap } from './inspection.ts';
import { inspectTriggered, mapCurve } from './mapLab.ts';
import { readImage } from './ownImage.ts';
import { testImages, triggerChange } from './oracle.ts';
import type { Pool } from './pool.ts';
import { RunControl } from './runControl.ts';
import type { Session } from './session.ts';
import { measureCut } from './suggestCut.ts';
import type { Workbench } from './workbench.ts';

type LooksApi = Pick<
  EngineApi & OracleApi,
  | 'inspect'
  | 'mapCurve'
  | 'accuracyCurve'
  | 'suggestCut'
  | 'activationChange'
  | 'testImages'
  | 'inspectTriggered'
  | 'readImage'
>;

export class Looks implements LooksApi {
  private readonly bench: Workbench;
  private readonly current: CurrentRun;
  /**
   * The Acc preview, the curve of a map and the oracle's measurement under way; a run, another model
   * or a newer one ends them.
   */
  private preview: RunControl | null = null;
  private curve: RunControl | null = null;
  private change: RunControl | null = null;

  constructor(bench: Workbench, current: CurrentRun) {
    this.bench = bench;
    this.current = current;
  }

  /** Ends what is under way. */
  cancel(): void {
    this.preview?.cancel();
    this.curve?.cancel();
    this.change?.cancel();
  }

  inspect: LooksApi['inspect'] = async (value, eps, map, image) => {
    const spec = parseRunSpec(value);
    const session = this.bench.needSession(spec.model);
    return inspectMap(session, spec, { eps, map, image }, (request) =>
      this.atOriginal(session, ({ first }) => first.call('inspect', request)),
    );
  };

  mapCurve: LooksApi['mapCurve'] = async (value, map, eps, onPoint) => {
    const spec = parseRunSpec(value);
    this.current.refuseUnlessPaused();
    const session = this.bench.needSession(spec.model);
    this.curve?.cancel();
    const control = new RunControl(false);
    this.curve = control;
    let done = 0;
    await this.atOriginal(session, async (pool) => {
      await control.turn();
      const rest = { spec, map, eps: eps.slice(done) };
      await mapCurve(session, pool, control, rest, (point) => {
        done++;
        onPoint(point);
      });
    });
  };

  accuracyCurve: LooksApi['accuracyCurve'] = async (order, counts) => {
    this.current.refuse();
    const { bench } = this;
    const session = bench.needSession(null);
    const control = new RunControl(false);
    this.preview?.cancel();
    this.preview = control;
    const split = bench.cache.lastSpec ?? DEFAULT_SPLIT;
    return bench.alone(session, () => measureAccuracyCurve(session, split, control, order, counts));
  };

  suggestCut: LooksApi['suggestCut'] = async (value, request, onPoint = () => undefined) => {
    this.current.refuse();
    const spec = parseRunSpec(value);
    const { bench } = this;
    const session = bench.needSession(spec.model);
    const control = new RunControl(false);
    this.preview?.cancel();
    this.preview = control;
    return bench.alone(session, async () =>
      measureCut(session, await bench.pools.start(), control, spec, request, onPoint),
    );
  };

  activationChange: LooksApi['activationChange'] = async (value) => {
    this.current.refuse();
    const spec = parseRunSpec(value);
    const session = this.bench.needSession(spec.model);
    this.cancel();
    const control = new RunControl(false);
    this.change = control;
    return this.atOriginal(session, async (pool) => {
      // A run that began meanwhile has cancelled it, and its own work must not be aborted for that.
      await control.turn();
      return triggerChange(session, pool, spec, control, 'trigger');
    });
  };

  testImages: LooksApi['testImages'] = (value, indices, kind) => {
    this.current.refuse();
    const spec = parseRunSpec(value);
    const session = this.bench.needSession(spec.model);
    return testImages(session, spec, indices, kind, new RunControl(false));
  };

  inspectTriggered: LooksApi['inspectTriggered'] = async (value, map, index) => {
    const spec = parseRunSpec(value);
    const session = this.bench.needSession(spec.model);
    return inspectTriggered(session, map, index, (images) =>
      this.atOriginal(session, ({ first }) => first.call('tapMap', { map, images })),
    );
  };

  readImage: LooksApi['readImage'] = async (image) => {
    this.current.refuse();
    const { bench } = this;
    const session = bench.needSession(null);
    return bench.alone(session, () => readImage(session, bench.cache.outcome, image));
  };

  /** Asks while the workers hold the loaded network: beside a run that has not changed it, or alone. */
  private async atOriginal<T>(session: Session, ask: (pool: Pool) => Promise<T>): Promise<T> {
    const pool = await this.bench.pools.start();
    if (this.current.isUnderWay) return besideRun(session, () => ask(pool));
    return this.bench.alone(session, async () => {
      await session.setWeights(session.model.stateDict);
      return ask(pool);
    });
  }
}
