import type { EngineApi, MapInspection } from '../bridge/protocol.ts';
import type { RunSpec } from '../core/runSpec.ts';

/** Inspections kept for pointing back and forth. */
const KEPT = 64;

/** Asks the engine for one feature map at a time and remembers the answers. */
export class Inspector {
  private readonly engine: EngineApi;
  private readonly known = new Map<string, Promise<MapInspection | null>>();

  constructor(engine: EngineApi) {
    this.engine = engine;
  }

  /** Null when the engine could not: the card then says so and a later look asks again. */
  inspect(spec: RunSpec, eps: number, map: number, image: number): Promise<MapInspection | null> {
    const key = JSON.stringify([spec.model, spec.frg, spec.seed, eps, map, image]);
    const hit = this.known.get(key);
    if (hit !== undefined) return hit;
    const answer = this.engine.inspect(spec, eps, map, image).catch(() => {
      this.known.delete(key);
      return null;
    });
    this.known.set(key, answer);
    const oldest = this.known.keys().next().value;
    if (this.known.size > KEPT && oldest !== undefined) this.known.delete(oldest);
    return answer;
  }
}
