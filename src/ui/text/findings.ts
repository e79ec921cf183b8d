/** The sentences that say what a panel shows. Every number in them is computed from the run. */
import type { StageName } from '../../bridge/runEvents.ts';
import type { Rate } from '../../core/metrics.ts';
import type { FineTuneSpec, RunSpec } from '../../core/runSpec.ts';
import type { ModelFacts } from '../../formats/modelFacts.ts';
import { STAGE_NAMES } from '../../store/outcomes.ts';
import { accAt } from '../../store/curve.ts';
import { bestEpoch, boundText, sweepIsCurrent, targetOf } from '../../store/selectors.ts';
import type { Cut, Scored } from '../../store/scoring.ts';
import type { Curve, EpochRecord, StageRecord, Sweep } from '../../store/resultsState.ts';
import type { AppState } from '../../store/state.ts';
import { className, count, knownAttack, percent, percentText, plural, pText } from './format.ts';

/** Headline of the page. No model is called backdoored of which that is not known. */
export function headline(manifest: ModelFacts | null): string {
  return manifest !== null && knownAttack(manifest) === null
    ? 'This network may have a hidden backdoor. Check it.'
    : 'This network has a hidden backdoor. Find it.';
}

/** Name of a stage; the first is not called backdoored where nobody knows that it is. */
export function stageName(manifest: ModelFacts | null, stage: StageName): string {
  const isAccused = manifest === null || knownAttack(manifest) !== null;
  return stage === 'backdoored' && !isAccused ? 'As loaded' : STAGE_NAMES[stage];
}

/**
 * A rate in every stage, for those who cannot see the plot; null: it is measured in none.
 * @param name of the rate
 */
export function stagesText(
  manifest: ModelFacts | null,
  name: string,
  rows: readonly { readonly stage: StageName; readonly rate: Rate | null }[],
): string | null {
  if (rows.every(({ rate }) => rate === null)) return null;
  const told = rows.map(
    ({ stage, rate }) =>
      `${stageName(manifest, stage)} ${rate === null ? 'not measured' : percentText(rate.value)}`,
  );
  return `${name}: ${told.join(', ')}`;
}

/** What each of the cut maps reaches: the share of the least of them, never rounded up. */
function howMany(share: number): string {
  if (share >= 1) return 'all images';
  return `${percentText(Math.floor(share * 100) / 100, 0)} of images or more`;
}

/** "17 of 20"; 20 and 0 only where it is all or none. */
function inTwenty(share: number): string {
  const near = Math.round(share * 20);
  const told = share === 0 || share === 1 ? near : Math.min(19, Math.max(1, near));
  return `${String(told)} of 20`;
}

/**
 * The finding of a complete sweep, as strong as its numbers and no stronger.
 * @param suspect name of the suspected class; null: there is none, or it is not to be named
 */
export function frgFinding(
  spec: RunSpec,
  scored: Scored,
  cut: Cut,
  suspect: string | null,
): string {
  const n = scored.table.rows;
  // Maps past the line may reach as much: the others are not said to reach less.
  const who = `The top ${count(cut.count)} of ${count(n)} feature maps`;
  if (cut.count === 0) return `p = ${pText(spec.p)} prunes no feature map`;
  const middle = scored.suspicion[scored.ranked[n >> 1] ?? 0] ?? 0;
  if (spec.selection === 'global' && cut.lowest <= middle)
    return `The line cuts through the crowd: most maps score alike, so the ranking says little`;
  const verb = cut.count === 1 ? 'drags' : 'drag';
  if (spec.score === 'accuracy')
    return `${who} ${cut.count === 1 ? 'makes' : 'make'} the network misread ${howMany(cut.lowest)}`;
  if (spec.score === 'collapse') return `${who} ${verb} ${howMany(cut.lowest)} to one wrong class`;
  const target = suspect === null ? 'one class' : `“${suspect}”`;
  if (scored.suspect?.dominant !== true)
    return `No class dominates: the top ${plural(cut.count, 'map')} ${verb} ${howMany(cut.lowest)} to ${target}`;
  return `${who} ${verb} ${howMany(cut.lowest)} to ${target}`;
}

/** What the height of a mark means. */
export function axisNote(spec: RunSpec, images: number): string {
  const of = `of ${plural(images, 'FRG image')}`;
  if (spec.score === 'accuracy')
    return `Share ${of} misread (1 − FRG accuracy); one mark per map, spread within its step`;
  if (spec.score === 'collapse')
    return `Largest share ${of} read as one wrong class; one mark per map, spread within its step`;
  return `Share ${of} read as the suspected class; one mark per map, spread within its step`;
}

/** What tells one sweep from another: "ε 8/255, 5 steps". */
export function sweepText(sweep: Sweep): string {
  const { steps, spec, recorded } = sweep;
  const parts = [`ε ${boundText(sweep)}`, plural(steps, 'step'), `seed ${String(spec.seed)}`];
  return `${parts.join(', ')}${recorded === null ? '' : ', recorded'}`;
}

/** What the class medians say of the whole network. */
export function suspectNote(manifest: ModelFacts, scored: Scored): string {
  const { suspect } = scored;
  if (suspect === null) return 'no suspect yet';
  return suspect.dominant ? `suspect: ${className(manifest, suspect.class)}` : 'no class dominates';
}

/** Title of the pruning preview before there is an answer. */
export const PRUNE_QUESTION = 'What the cut costs';

/** Title of the pruning preview, read off its curve: whole points, for the curve is of few images. */
export function pruneFinding({ counts, acc }: Curve, pruned: number): string {
  // A curve of an older file ends before N.
  if (pruned > (counts.at(-1) ?? 0)) return PRUNE_QUESTION;
  const points = Math.round(100 * ((acc[0] ?? 0) - accAt(counts, acc, pruned)));
  const maps = plural(pruned, 'map');
  const one = pruned === 1;
  if (points > 0) return `${maps} ${one ? 'costs' : 'cost'} ${plural(points, 'point')}`;
  if (points === 0) return `${maps} ${one ? 'costs' : 'cost'} nothing`;
  return `${maps} ${one ? 'gains' : 'gain'} ${plural(-points, 'point')}`;
}

/**
 * Title of the fine-tuning chart, read off it.
 * @param start the pruned network on the same images; null: not measured
 * @param end the epoch whose weights are kept
 */
export function fineTuneFinding(start: Rate | null, end: Rate): string {
  if (start === null) return `Fine-tuning ends at ${percentText(end.value)}`;
  const points = Math.round((end.value - start.value) * 1000) / 10;
  if (points > 0) return `Fine-tuning regains ${points.toFixed(1)} points`;
  return points === 0
    ? 'Fine-tuning changes no Acc'
    : `Fine-tuning costs ${(-points).toFixed(1)} points`;
}

/** The finding of the predictions panel for what the lens may see. */
export function predictionFinding(state: AppState, first: StageRecord, last: StageRecord): string {
  const { asr, ra } = last.metrics;
  const [before, after] = [first.metrics.acc.value, last.metrics.acc.value];
  const fell = Math.round((before - after) * 1000) / 10;
  if (state.view.lens === 'defender' || asr === null || ra === null) {
    if (first === last) return `Clean images: ${percentText(last.metrics.acc.value)} read right`;
    if (Math.abs(fell) < 1) return 'Clean images read as before';
    const [verb, points] = fell > 0 ? ['fell', fell] : ['rose', -fell];
    return `Acc ${verb} by ${points.toFixed(1)} points, from ${percent(before)} to ${percentText(after)}`;
  }
  const fooled = inTwenty(asr.value);
  if (first === last) return `${fooled} triggered images fool it`;
  if (asr.value > 0.5) return `The backdoor still works: ${fooled} triggered images fool it`;
  return `${inTwenty(ra.value)} triggered images read right`;
}

/** Whether FRG named the attack's target, and what pruning did about it. Oracle only. */
export function oracleVerdict(
  state: AppState,
  manifest: ModelFacts,
  scored: Scored | null,
): string {
  const { attack } = manifest;
  if (attack === null) {
    const alarm = scored?.suspect?.dominant === true;
    return alarm
      ? `No: this model was trained clean, so “${className(manifest, scored.suspect.class)}” is a false alarm.`
      : 'No: this model was trained clean.';
  }
  const { model } = state.session;
  const called = attack === 'unknown' ? (model === null ? null : targetOf(model)) : attack.target;
  if (called === null)
    return 'Nobody here knows: the file does not say whether it was attacked, nor which class a trigger calls. Draw or open one to test it.';
  const target = `“${className(manifest, called)}”`;
  const { backdoored, pruned } = state.results.stages;
  const told =
    scored?.suspect == null || !sweepIsCurrent(state)
      ? `${attack === 'unknown' ? 'The trigger calls' : 'The attack’s target is'} ${target}. Score every map to see whether FRG names it.`
      : named(scored.suspect.class === called, scored.suspect.dominant, target);
  if (backdoored?.metrics.asr == null || pruned?.metrics.asr == null) return told;
  const [before, after] = [
    percent(backdoored.metrics.asr.value),
    percent(pruned.metrics.asr.value),
  ];
  return `${told} Pruning ${plural(pruned.pruned, 'map')} took ASR from ${before} to ${after}\u00a0%.`;
}

function named(right: boolean, dominant: boolean, target: string): string {
  if (!dominant)
    return right
      ? `The true target, ${target}, leads but does not dominate.`
      : `FRG names no class with confidence; the target is ${target}.`;
  return right
    ? `FRG names the true target, ${target}.`
    : `FRG names a wrong class; the target is ${target}.`;
}

/** Where training may end early the best epoch is kept, else the last. */
const keepsBest = (spec: FineTuneSpec | undefined): boolean => spec?.patience !== undefined;

/** The epoch whose weights the fine-tuned network has; null before the first. */
export function keptEpoch(
  epochs: readonly EpochRecord[],
  spec: FineTuneSpec | undefined,
): EpochRecord | null {
  return (keepsBest(spec) ? bestEpoch(epochs) : epochs.at(-1)) ?? null;
}

/** Which epoch's weights the fine-tuned network has, and why it ended where it did. */
export function weightsText(
  epochs: readonly EpochRecord[],
  spec: FineTuneSpec | undefined,
  best: EpochRecord,
): string {
  const last = epochs.at(-1);
  if (last === undefined) return '';
  if (!keepsBest(spec)) return `Weights of epoch ${String(last.epoch)}, the last.`;
  const ended =
    last.epoch < last.epochs ? `Stopped after ${plural(last.epoch, 'epoch')}; weights` : 'Weights';
  return `${ended} of epoch ${String(best.epoch)}, the best.`;
}
