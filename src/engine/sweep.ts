/** FRG over many feature maps, and the search for ε that uses it. */
import type { AdoptedSweep } from '../bridge/protocol.ts';
import type { RunEvent } from '../bridge/runEvents.ts';
import { toFloat } from '../core/augment.ts';
import { FmpError } from '../core/errors.ts';
import { type FrgBound, smoothnessOf, smoothSpec } from '../core/frg/bound.ts';
import {
  chooseBound,
  EPS_CANDIDATES,
  type EpsFinding,
  sampleMaps,
  SEARCH_IMAGES,
  searchCandidates,
} from '../core/frg/epsSearch.ts';
import { noisyStart, stepSize } from '../core/frg/noise.ts';
import type { ReverseConfig } from '../core/frg/reverse.ts';
import { classShares, findSuspect, type FrgTable, UNASKED } from '../core/frg/score.ts';
import { firstImages, padRows, refinedCount, rowsToRefine } from '../core/frg/twoStage.ts';
import { mapsInScope, type NetworkPlan } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { frgFlops, frgShares } from '../core/work.ts';
import { Progress } from './progress.ts';
import type { Recovery, RecoveryContext } from './recovery.ts';
import { score, type ScoredImages, type Scoring, warmUpSweep } from './scoring.ts';
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
  const { variant, steps } = frg;
  return { variant, eps, alpha: stepSize(frg, eps), steps, ...smoothnessOf(frg) };
}

/** What is said before the first row. @param cached the rows are at hand */
export function startOf(
  { maps, labels }: Pick<FrgTable, 'maps' | 'labels'>,
  config: ReverseConfig,
  cached: boolean,
): RunEvent {
  const { eps, alpha, steps } = config;
  return { kind: 'frgStart', maps, labels, eps, alpha, steps, ...smoothnessOf(config), cached };
}

/**
 * Scores every candidate map; rows are reported in order as they come.
 * @param asked its smoothing is that of the bound
 * @param begun rows that need not be scored again, of a sweep in one stage; they are reported first
 */
export async function sweep(
  context: SweepContext,
  asked: RunSpec,
  bound: FrgBound,
  begun: FrgTable | null = null,
): Promise<Sweep> {
  const { session, emit, now } = context;
  const spec = smoothSpec(asked, bound);
  const { plan } = session.model;
  const config = reverseConfig(spec.frg, bound.eps);
  const maps = Int32Array.from(mapsInScope(plan, spec.frg.maps));
  const images = frgImages(session, spec, config);
  const { labels } = images;
  const { steps } = config;
  const first = firstImages(labels.length, spec.frg.twoStage === true);
  await warmUpSweep(context, first, config);
  emit({ kind: 'phase', phase: 'scoring' });
  emit(startOf({ maps, labels }, config, false));
  const begin = now();
  const { table, refined } = await inStages(context, spec, { maps, images, config }, begun);
  const seconds = now() - begin;
  const scored = maps.subarray(begun?.rows ?? 0);
  const work =
    frgFlops(plan, scored, first, steps) + frgFlops(plan, refined, labels.length - first, steps);
  const gflops = work / seconds / 1e9;
  emit({ kind: 'frgDone', seconds, gflops });
  return { table, config, seconds, gflops };
}

/**
 * The table on all images, or in two stages: then rows that the second one completes are reported
 * again.
 * @returns refined: the feature maps that the second stage looked at
 */
async function inStages(
  context: SweepContext,
  spec: RunSpec,
  scoring: Scoring,
  begun: FrgTable | null,
): Promise<{ readonly table: FrgTable; readonly refined: Int32Array }> {
  const { session, emit, now } = context;
  const { plan } = session.model;
  const { maps, images } = scoring;
  const { labels } = images;
  const n = labels.length;
  const first = firstImages(n, spec.frg.twoStage === true);
  const more = first < n ? refinedCount(plan, maps, spec.selection) : 0;
  /** Feature maps on all images that the work comes to, so that the estimate is about right. */
  const total = (maps.length * first + more * (n - first)) / n;
  /** The first stage's part in that. */
  const whole = (maps.length * first) / n / total;
  const shares = frgShares(plan, maps, spec.frg.steps);
  const progress = new Progress('scoring', 'maps', maps.length, emit, now);
  const at = (done: number, share: number): void => {
    progress.at(Math.floor((maps.length * done) / total), share);
  };
  const table: FrgTable = {
    ...{ maps, labels, predictions: new Int16Array(maps.length * n).fill(UNASKED) },
    ...{ classes: plan.architecture.classes, rows: maps.length },
    ...smoothnessOf(spec.frg),
  };
  const { predictions } = table;
  const done = begun?.rows ?? 0;
  const take = (from: number, rows: Int16Array): void => {
    predictions.set(rows, from * n);
    emit({ kind: 'frgRows', from, predictions: rows });
  };
  if (begun !== null) take(0, begun.predictions.slice(0, done * n));
  progress.startFrom(whole * (shares[done] ?? 0));
  if (done > 0) at((done * first) / n, whole * (shares[done] ?? 0));
  const remaining = { ...scoring, maps: maps.subarray(done), part: [0, first] } as const;
  await score(context, remaining, (from, some) => {
    take(done + from, padRows(some, first, n));
    const rows = done + from + some.length / first;
    at((rows * first) / n, whole * (shares[rows] ?? 1));
  });
  if (more === 0) return { table, refined: new Int32Array(0) };
  const rows = rowsToRefine(plan, table, spec.score, spec.selection);
  const refined = rows.map((row) => maps[row] ?? 0);
  const rest = n - first;
  await score(context, { ...scoring, maps: refined, part: [first, n] }, (from, some) => {
    for (let i = 0; i * rest < some.length; i++) {
      const row = rows[from + i] ?? 0;
      predictions.set(some.subarray(i * rest, (i + 1) * rest), row * n + first);
      emit({ kind: 'frgRows', from: row, predictions: predictions.slice(row * n, (row + 1) * n) });
    }
    const seen = from + some.length / rest;
    // What is looked at again is taken for average.
    at((maps.length * first + seen * rest) / n, whole + (1 - whole) * (seen / refined.length));
  });
  return { table, refined };
}

/**
 * A sweep that was made elsewhere, checked; rows may be missing at the end of its table, unless it is
 * one in two stages. @throws FmpError badData when it does not fit
 */
export function adoptSweep(plan: NetworkPlan, { frg }: RunSpec, sweep: AdoptedSweep): Sweep {
  const { table, eps, seconds, gflops } = sweep;
  const maps = mapsInScope(plan, frg.maps);
  const fits =
    table.maps.length === maps.length &&
    maps.every((map, row) => table.maps[row] === map) &&
    (table.rows === maps.length || (table.rows < maps.length && frg.twoStage !== true)) &&
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
  const config = reverseConfig({ ...frg, ...smoothnessOf(table) }, eps);
  return { table, config, seconds, gflops };
}

/** The first bound whose small sweep names a class; no trigger and no test image is used. */
export async function searchEps(
  context: SweepContext,
  spec: RunSpec,
  all: boolean,
): Promise<FrgBound> {
  const { session, emit, now } = context;
  const images = Math.min(spec.frg.images, SEARCH_IMAGES);
  // As if every candidate were needed; the search may end sooner.
  const candidates = searchCandidates(spec.frg.smoothing);
  const blurs = candidates.find(({ smoothing }) => smoothing !== undefined);
  await warmUpSweep(context, images, { ...spec.frg, ...smoothnessOf(blurs ?? {}) });
  emit({ kind: 'phase', phase: 'searchingEps' });
  const small: RunSpec = { ...spec, frg: { ...spec.frg, images } };
  const maps = sampleMaps(mapsInScope(session.model.plan, spec.frg.maps), spec.seed);
  const total = candidates.length * maps.length;
  const progress = new Progress('searchingEps', 'maps', total, emit, now);
  const worth = frgShares(session.model.plan, maps, spec.frg.steps);
  const found: EpsFinding[] = [];
  for (const bound of candidates) {
    const offset = found.length * maps.length;
    const config = reverseConfig(smoothSpec(spec, bound).frg, bound.eps);
    const inputs = frgImages(session, small, config);
    const predictions = await score(context, { maps, images: inputs, config }, (from, rows) => {
      const done = from + rows.length / images;
      const share = (found.length + (worth[done] ?? 1)) / candidates.length;
      progress.at(offset + done, share);
    });
    const { labels } = inputs;
    const { classes } = session.model.plan.architecture;
    const shares = classShares({ maps, labels, predictions, classes, rows: maps.length });
    const suspect = findSuspect(shares, { classes, ...smoothnessOf(bound) });
    found.push({ ...bound, suspect });
    emit({ kind: 'epsCandidate', ...bound, suspect });
    const chosen = chooseBound(found, candidates);
    if (chosen !== null && (!all || found.length >= EPS_CANDIDATES.length)) return chosen;
  }
  throw new Error('the eps search ended without a choice');
}
