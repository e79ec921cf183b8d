/**
 * The numbers that answer the lesson's questions: measured here where there is such a run, else
 * those recorded beforehand. Nothing is typed in.
 */
import type { StageSummary } from '../bridge/runEvents.ts';
import { summaryOf } from '../bridge/stageSummary.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { candidateCount } from './cutSteps.ts';
import { stepSpec, type LessonStep } from './lessonSteps.ts';
import { cutOf, PRUNED, scoreTable, type Cut, type Scored } from './scoring.ts';
import type { AppState } from './state.ts';

export type Source = 'measured' | 'recorded';

/** One run from its start to its end. Fractions of 1. */
export interface RunFacts {
  readonly source: Source;
  readonly backdoored: StageSummary;
  readonly pruned: StageSummary;
  /** Null while the run has not come so far. */
  readonly fineTuned: StageSummary | null;
  /** How many feature maps went. */
  readonly count: number;
}

/** A complete sweep of the lesson's network. */
export interface SweepFacts {
  readonly source: Source;
  readonly scored: Scored;
  readonly cut: Cut;
  readonly maps: number;
  /** Of the maps, those that turn at least half of the FRG images into the suspected class. */
  readonly drags: number;
  /** Index of the network's stage that holds most of the cut maps, 0 the stem, and its share. */
  readonly stage: { readonly index: number; readonly count: number } | null;
  /** Up to four classes that FRG images drift to most, by class; the suspect is one of them. */
  readonly candidates: readonly number[];
}

/** The step's run: the one on show, else the recorded one under `label`; null: neither is there. */
export function runFacts(
  { results, session, run }: AppState,
  step: LessonStep,
  label: string,
): RunFacts | null {
  const { backdoored, pruned, fineTuned } = results.stages;
  const { control } = stepSpec(step);
  const last = step.after === 'fineTuned' ? fineTuned : pruned;
  // The first run files did not say of each stage what made it.
  const made = last?.spec ?? results.result?.spec ?? run.spec;
  const isThis = session.model?.manifest.id === step.model && made.control === control;
  if (isThis && backdoored !== undefined && pruned !== undefined && last !== undefined)
    return {
      source: last.recorded === null ? 'measured' : 'recorded',
      ...{ backdoored: summaryOf(backdoored.metrics), pruned: summaryOf(pruned.metrics) },
      count: pruned.pruned,
      fineTuned: fineTuned === undefined ? null : summaryOf(fineTuned.metrics),
    };
  const found = session.recorded.find(
    (r) => r.label === label && r.result.spec.model === step.model,
  );
  if (found === undefined) return null;
  const { stages, pruned: cut } = found.result;
  return { source: 'recorded', ...stages, count: cut.count };
}

/** The sweep on show, if it is of the lesson's network and complete. */
export function sweepFacts(
  { results, session, run }: AppState,
  table: FrgTable | null,
  step: LessonStep,
): SweepFacts | null {
  const { model } = session;
  const { sweep } = results;
  if (model === null || table === null || sweep?.complete !== true) return null;
  if (model.manifest.id !== step.model) return null;
  const scored = scoreTable(table, 'targetShare');
  const cut = cutOf(model.plan, scored, run.spec);
  if (cut === null) return null;
  const perStage = new Map<number, number>();
  cut.verdict.forEach((verdict, row) => {
    const map = table.maps[row] ?? 0;
    const conv = model.plan.convs.findLast(({ offset }) => offset <= map);
    if (verdict === PRUNED && conv !== undefined)
      perStage.set(conv.stage, (perStage.get(conv.stage) ?? 0) + 1);
  });
  const [most] = [...perStage].sort((a, b) => b[1] - a[1]);
  const { suspect, medians, suspicion } = scored;
  const likeliest = Array.from(medians.keys())
    .filter((k) => k !== suspect?.class && k !== suspect?.runnerUp.class)
    .sort((a, b) => (medians[b] ?? 0) - (medians[a] ?? 0) || a - b);
  const first = suspect === null ? [] : [suspect.class, suspect.runnerUp.class];
  return {
    source: sweep.recorded === null ? 'measured' : 'recorded',
    ...{ scored, cut, maps: candidateCount(model.plan, sweep.spec.frg.maps) },
    drags: suspicion.filter((share) => share >= 0.5).length,
    stage: most === undefined ? null : { index: most[0], count: most[1] },
    candidates: [...first, ...likeliest].slice(0, 4).sort((a, b) => a - b),
  };
}
