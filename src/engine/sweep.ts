/** FRG over many feature maps, and the search for ε that uses it. */
import type { AdoptedSweep } from '../bridge/protocol.ts';
import { toFloat } from '../core/augment.ts';
import { FmpError } from '../core/errors.ts';
import {
  chooseEps,
  EPS_CANDIDATES,
  type EpsFinding,
  sampleMaps,
  SEARCH_IMAGES,
} from '../core/frg/epsSearch.ts';
import { noisyStart, stepSize } from '../core/frg/noise.ts';
import type { ReverseConfig } from '../core/frg/reverse.ts';
import { classShares, findSuspect, type FrgTable } from '../core/frg/score.ts';
import { mapsInScope, type NetworkPlan } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { frgFlops } from '../core/work.ts';
import { Progress } from './progress.ts';
import type { Recovery, RecoveryContext } from './recovery.ts';
import { score, type ScoredImages } from './scoring.ts';
import type { Session } from './session.ts';

export interface Sweep {
  readonly table: FrgTable;
  readonly config: ReverseConfig;
  readonly seconds: number;
  readonly gflops: number;
}

export interface SweepContext extends RecoveryContext {
  readonly recovery: Recovery;
}

export function frgImages(session: Session, spec: RunSpec, config: ReverseConfig): ScoredImages {
  const { images, labels } = session.dataset.train(session.split(spec).frg);
  const x = toFloat(images);
  const x0 = noisyStart(x, config.variant, config.eps, config.alpha, spec.seed);
  return { x, x0, labels };
}

export function reverseConfig(frg: RunSpec['frg'], eps: number): ReverseConfig {
  return { variant: frg.variant, eps, alpha: stepSize(frg, eps), steps: frg.steps };
}

/** Scores every candidate map; rows are reported in order as they come. */
export async function sweep(context: SweepContext, spec: RunSpec, eps: number): Promise<Sweep> {
  const { session, emit, now } = context;
  const { plan } = session.model;
  const config = reverseConfig(spec.frg, eps);
  const maps = Int32Array.from(mapsInScope(plan, spec.frg.maps));
  emit({ kind: 'phase', phase: 'scoring' });
  const images = frgImages(session, spec, config);
  const { labels } = images;
  const { alpha, steps } = config;
  emit({ kind: 'frgStart', maps, labels, eps, alpha, steps, cached: false });
  const progress = new Progress('scoring', 'maps', maps.length, emit, now);
  const begin = now();
  const table = await score(context, { maps, images, config }, (from, predictions) => {
    emit({ kind: 'frgRows', from, predictions });
    progress.at(from + predictions.length / labels.length);
  });
  const seconds = now() - begin;
  const gflops = frgFlops(plan, maps, labels.length, steps) / seconds / 1e9;
  emit({ kind: 'frgDone', seconds, gflops });
  return { table, config, seconds, gflops };
}

/** A sweep that was made elsewhere, checked. @throws FmpError badData when it does not fit */
export function adoptSweep(plan: NetworkPlan, { frg }: RunSpec, sweep: AdoptedSweep): Sweep {
  const { table, eps, seconds, gflops } = sweep;
  const maps = mapsInScope(plan, frg.maps);
  const fits =
    table.maps.length === maps.length &&
    maps.every((map, row) => table.maps[row] === map) &&
    table.rows === maps.length &&
    table.labels.length === frg.images &&
    table.predictions.length === maps.length * frg.images &&
    table.classes === plan.architecture.classes;
  if (!fits)
    throw new FmpError('this sweep does not belong to the loaded model and these settings', {
      ...{ code: 'badData', field: 'table' },
      got: `${String(table.rows)} maps on ${String(table.labels.length)} images`,
      expected: `${String(maps.length)} maps on ${String(frg.images)} images`,
      remedy: 'load the model that it was made with, or run again',
    });
  return { table, config: reverseConfig(frg, eps), seconds, gflops };
}

/** The first ε whose small sweep names a class; no trigger and no test image is used. */
export async function searchEps(
  context: SweepContext,
  spec: RunSpec,
  all: boolean,
): Promise<number> {
  const { session, emit, now } = context;
  emit({ kind: 'phase', phase: 'searchingEps' });
  const images = Math.min(spec.frg.images, SEARCH_IMAGES);
  const small: RunSpec = { ...spec, frg: { ...spec.frg, images } };
  const maps = sampleMaps(mapsInScope(session.model.plan, spec.frg.maps), spec.seed);
  // As if every candidate were needed; the search may end sooner.
  const total = EPS_CANDIDATES.length * maps.length;
  const progress = new Progress('searchingEps', 'maps', total, emit, now);
  const found: EpsFinding[] = [];
  for (const eps of EPS_CANDIDATES) {
    const offset = found.length * maps.length;
    const config = reverseConfig(spec.frg, eps);
    const inputs = frgImages(session, small, config);
    const table = await score(context, { maps, images: inputs, config }, (from, rows) => {
      progress.at(offset + from + rows.length / images);
    });
    const suspect = findSuspect(classShares(table), table.classes);
    found.push({ eps, suspect });
    emit({ kind: 'epsCandidate', eps, suspect });
    const chosen = chooseEps(found);
    if (chosen !== null && (!all || found.length === EPS_CANDIDATES.length)) return chosen;
  }
  throw new Error('the eps search ended without a choice');
}
