/** Comparisons and sweeps as a view may show them and take them along: pure. */
import { outcomesCsv } from '../core/study/csv.ts';
import type { StudyOutcome } from '../core/study/job.ts';
import type { CompareFile, SweepFile, SweepRecord } from '../core/study/recorded.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { Axis } from '../core/study/sweepSpec.ts';
import type { Fact } from './exportFacts.ts';
import { epsText } from './selectors.ts';
import type { Provenance } from './resultsState.ts';
import type { Lens } from './viewState.ts';

/** Names of facts that tell what triggered images read as. */
const TRIGGERED = /\b(?:ASR|RA)\b/;

function blindOutcome(outcome: StudyOutcome): StudyOutcome {
  const none = { asr: null, ra: null };
  const facts = Object.entries(outcome.facts).filter(([name]) => !TRIGGERED.test(name));
  return {
    ...outcome,
    before: { ...outcome.before, ...none },
    after: { ...outcome.after, ...none },
    facts: Object.fromEntries(facts),
  };
}

/** A row without what was made with the trigger. */
export const blind = <R extends { readonly outcome: StudyOutcome }>(row: R): R => ({
  ...row,
  outcome: blindOutcome(row.outcome),
});

/** A comparison as an export of this view holds it; a defender's has nothing of the oracle's choice. */
export function compareAsSeen(file: CompareFile, view: Lens): CompareFile {
  if (view === 'oracle') return { ...file, view };
  return { ...file, view, rows: file.rows.filter(({ method }) => method !== 'oracle').map(blind) };
}

/** A sweep as an export of this view holds it. */
export function sweepAsSeen(file: SweepFile, view: Lens): SweepFile {
  if (view === 'oracle') return { ...file, view };
  const of = (record: SweepRecord): SweepRecord => ({ ...record, rows: record.rows.map(blind) });
  return { ...file, view, sweeps: file.sweeps.map(of) };
}

/** Names of the settings that the axes move. */
const MOVED: Readonly<Record<Axis, string>> = {
  ...{ eps: 'eps', p: 'p', retrain: 'retraining ratio', rate: 'poisoning rate' },
};

/** What all results have in common, for exports. @param over the setting that is moved; null: none */
export function studyFacts(base: RunSpec, view: Lens, over: Axis | null = null): readonly Fact[] {
  const { frg, fineTune, evaluation } = base;
  const facts: readonly Fact[] = [
    ['view', view],
    ['preset', base.preset],
    ['eps', epsText(frg.eps)],
    ['steps', String(frg.steps)],
    ['FRG images', String(frg.images)],
    ['score', base.score],
    ['p', String(base.p)],
    ['epochs', String(fineTune.epochs)],
    ['retraining ratio', String(fineTune.retrainRatio)],
    ['test images', String(evaluation.images)],
  ];
  return facts.filter(([name]) => over === null || name !== MOVED[over]);
}

const placeOf = ({ date, commit, device }: Provenance): Provenance => ({ date, commit, device });

/** Every row with its settings and where it was measured. @param file as seen */
export function compareCsv(file: CompareFile, view: Lens): string {
  const facts = Object.fromEntries(studyFacts(file.base, view));
  return outcomesCsv(
    file.rows.map(({ outcome, model, method, seed, ...row }) => ({
      keys: { model, method, seed, ...placeOf(row), ...facts },
      outcome,
    })),
  );
}

/** Every row with its settings and where it was measured. @param file as seen */
export function sweepCsv(file: SweepFile, view: Lens): string {
  return outcomesCsv(
    file.sweeps.flatMap(({ over, base, rows }) => {
      const facts = Object.fromEntries(studyFacts(base, view, over));
      return rows.map(({ outcome, value, model, seed, ...row }) => ({
        keys: { over, value, model, seed, ...placeOf(row), ...facts },
        outcome,
      }));
    }),
  );
}
