/** Pure readings of the state. Components use these so that each question has one answer. */
import type { EngineInfo } from '../bridge/engineInfo.ts';
import type { LoadedModel } from '../bridge/protocol.ts';
import type { StageName } from '../bridge/runEvents.ts';
import type { FrgBound, Smoothness } from '../core/frg/bound.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { candidateCount, countAt } from './cutSteps.ts';
import { occupation } from './occupation.ts';
import { STAGES, type Curve, type EpochRecord, type StageRecord } from './resultsState.ts';
import type { AppState } from './state.ts';

/** A setting that differs from the one the marks were made with. */
export interface SettingChange {
  readonly setting:
    'eps' | 'steps' | 'seed' | 'images' | 'maps' | 'variant' | 'step size' | 'smoothing';
  readonly before: string;
  readonly now: string;
}

/** How people read an eps: k/255, or the word auto. */
export function epsText(eps: number | 'auto'): string {
  if (eps === 'auto') return 'auto';
  const k = eps * 255;
  return `${Math.abs(k - Math.round(k)) < 1e-6 ? String(Math.round(k)) : k.toFixed(1)}/255`;
}

/** How smooth perturbations are, for people. */
export function smoothText({ smoothing }: Smoothness): string {
  return smoothing === undefined ? 'not smooth' : `smooth over ${String(smoothing)}\u00a0px`;
}

/** The bound of a sweep, for people: ε, and how smooth where it is. */
export function boundText({ eps, ...rest }: FrgBound): string {
  return rest.smoothing === undefined ? epsText(eps) : `${epsText(eps)}, ${smoothText(rest)}`;
}

/** What changed in the settings since the sweep on show; empty when it is up to date. */
export function sweepChanges(state: AppState): readonly SettingChange[] {
  const { sweep } = state.results;
  if (sweep === null) return [];
  return frgChanges(sweep.spec, state.run.spec);
}

/** The settings of FRG that differ between two specs. */
export function frgChanges(before: RunSpec, now: RunSpec): readonly SettingChange[] {
  const rows: readonly (readonly [SettingChange['setting'], string, string])[] = [
    ['eps', epsText(before.frg.eps), epsText(now.frg.eps)],
    ['steps', String(before.frg.steps), String(now.frg.steps)],
    ['seed', String(before.seed), String(now.seed)],
    ['images', String(before.frg.images), String(now.frg.images)],
    ['maps', before.frg.maps, now.frg.maps],
    ['variant', before.frg.variant, now.frg.variant],
    ['step size', epsText(before.frg.alpha), epsText(now.frg.alpha)],
    ['smoothing', smoothText(before.frg), smoothText(now.frg)],
  ];
  return rows
    .filter(([, a, b]) => a !== b)
    .map(([setting, a, b]) => ({ setting, before: a, now: b }));
}

/** A complete sweep whose settings are still the ones on the controls. */
export function sweepIsCurrent(state: AppState): boolean {
  return state.results.sweep?.complete === true && sweepChanges(state).length === 0;
}

/**
 * The sweep on show was begun on this device in an earlier visit, with the settings on the controls,
 * and its other rows can be scored now.
 */
export function canGoOn(state: AppState): boolean {
  const { sweep } = state.results;
  const { info } = state.session;
  if (sweep === null || sweep.complete || sweep.spec.frg.twoStage === true || info === null)
    return false;
  return sweep.recorded?.device === deviceText(info) && sweepChanges(state).length === 0;
}

/** How a device is called where results say what measured them. @param info null: no engine yet */
export function deviceText(info: EngineInfo | null): string {
  return info === null ? 'unknown device' : `${info.backend}, ${info.device}`;
}

/** True while the engine works on a run, paused or not. */
export function isBusy(state: AppState): boolean {
  return state.run.status === 'running' || state.run.status === 'paused';
}

/** The engine holds the network on show and nothing else, so that something can be done with it. */
export function isReady(state: AppState): boolean {
  const { model, loading, viewOnly } = state.session;
  return model !== null && loading === null && !viewOnly && occupation(state) === null;
}

/** The class that the trigger in use calls, or the stored triggered images; null: not known. */
export function targetOf({ trigger, stored }: LoadedModel): number | null {
  return trigger?.target ?? stored?.target ?? null;
}

/** N and how many of them p prunes; null before a model is loaded. */
export function pruneBudget(state: AppState): { total: number; count: number } | null {
  const { model } = state.session;
  if (model === null) return null;
  const { frg, selection, p } = state.run.spec;
  return {
    total: candidateCount(model.plan, frg.maps),
    count: countAt(model.plan, frg.maps, selection, p),
  };
}

/** The furthest stage that exists. */
export function latestStage(state: AppState): StageName | null {
  return STAGES.findLast((stage) => state.results.stages[stage] !== undefined) ?? null;
}

/** A stage's record, or null when that stage has not been made. */
export function stageRecord(state: AppState, stage: StageName): StageRecord | null {
  return state.results.stages[stage] ?? null;
}

/**
 * The settings of what is on show: where the controls have moved on since the scores were made, those
 * that made them, and the cut as it stands.
 */
export function madeSpec({ results, run }: AppState): RunSpec {
  const { sweep } = results;
  if (sweep === null || frgChanges(sweep.spec, run.spec).length === 0) return run.spec;
  const { preset, frg, seed } = sweep.spec;
  return { ...run.spec, preset, frg, seed };
}

/** The state as if the controls still stood where they did when the scores on show were made. */
export function asMade(state: AppState): AppState {
  const spec = madeSpec(state);
  return spec === state.run.spec ? state : { ...state, run: { ...state.run, spec } };
}

/** The maps that stay by hand are the same, in whatever order they were chosen. */
export function keepsAlike(a: readonly number[] = [], b: readonly number[] = []): boolean {
  return a.length === b.length && a.every((map) => b.includes(map));
}

/** The pruned network on show was cut at another p, or with other maps kept, than chosen now. */
export function pruneIsOutdated(state: AppState): boolean {
  const { pruned } = state.results.stages;
  const { p, keep } = state.run.spec;
  return pruned !== undefined && (pruned.p !== p || !keepsAlike(pruned.keep, keep));
}

/** The Acc curve, when it follows the order that the controls now ask for. */
export function currentCurve(state: AppState): Curve | null {
  const { curve } = state.results;
  const { score, selection } = state.run.spec;
  return curve !== null && curve.score === score && curve.selection === selection ? curve : null;
}

/** The epoch with the best validation Acc, the earliest on a draw; null before the first. */
export function bestEpoch(epochs: readonly EpochRecord[]): EpochRecord | null {
  return epochs.reduce<EpochRecord | null>(
    (best, epoch) =>
      best === null || epoch.validation.value > best.validation.value ? epoch : best,
    null,
  );
}

/** How far the download of a model is, [0, 1]; null where there is none or its size is not known yet. */
export function loadingShare({ session: { loading } }: AppState): number | null {
  return loading === null || loading.total === 0 ? null : loading.loaded / loading.total;
}

/** Share of the running phase that is done, [0, 1]; null when it cannot be known. */
export function progressShare(state: AppState): number | null {
  const { progress } = state.run;
  if (progress === null || progress.total <= 0) return null;
  return Math.min(1, progress.done / progress.total);
}
