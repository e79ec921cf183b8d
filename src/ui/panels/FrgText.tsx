import type { ReactNode } from 'react';
import { locateMap } from '../../core/network/plan.ts';
import { sweepChanges } from '../../store/selectors.ts';
import type { Cut, Scored } from '../../store/scoring.ts';
import { useAppState, useSteadyState } from '../AppContext.ts';
import { useNames } from '../useNames.ts';
import { Sparkline } from '../charts/Sparkline.tsx';
import { Glyph } from '../controls/Glyph.tsx';
import { frgFinding, suspectNote } from '../text/findings.ts';
import { className, count, percent } from '../text/format.ts';

/** Title row: the suspect on the left of the switches. */
export function FrgHead({
  scored,
  children,
}: {
  scored: Scored | null;
  children: ReactNode;
}): ReactNode {
  const manifest = useAppState((state) => state.session.model?.manifest ?? null);
  const suspect = scored?.suspect ?? null;
  const { isHidden } = useNames(manifest);
  return (
    <div className="ph">
      <span className="n">2</span>
      <h2 id="h-frg" tabIndex={-1}>
        FRG scores
      </h2>
      <div className="end">
        {isHidden && scored !== null && (
          <span className="mut sm suspect">suspect: yours to find</span>
        )}
        {!isHidden && scored !== null && suspect !== null && manifest !== null && (
          <span className="key mut sm suspect" title="Median share of FRG images per class">
            <Sparkline
              values={scored.medians}
              marked={suspect.dominant ? suspect.class : null}
              label={`Median share per class: ${className(manifest, suspect.class)} leads with ${percent(suspect.medianShare)} percent, ${className(manifest, suspect.runnerUp.class)} follows with ${percent(suspect.runnerUp.medianShare)}`}
            />
            {suspectNote(manifest, scored)}
          </span>
        )}
        {children}
      </div>
    </div>
  );
}

/** The finding, or what is being scored while there is none. */
export function FrgTitle({ scored, cut }: { scored: Scored; cut: Cut | null }): ReactNode {
  const state = useSteadyState();
  const { model } = state.session;
  const { status, spec } = state.run;
  const { maps, rows } = scored.table;
  const names = useNames(model?.manifest ?? null);
  if (model === null) return null;
  const suspect =
    scored.suspect === null || names.isHidden ? null : names.full(scored.suspect.class);
  if (cut !== null) {
    if (sweepChanges(state).length > 0)
      return <p className="find">These marks are from the run before</p>;
    return <p className="find">{frgFinding(spec, scored, cut, suspect)}</p>;
  }
  const at = locateMap(model.plan, maps[Math.min(rows, maps.length - 1)] ?? 0).conv.name;
  const text = {
    running: `Scoring ${at}`,
    paused: `Paused after ${count(rows)} feature maps`,
    cancelled: `Stopped after ${count(rows)} feature maps`,
    failed: `${count(rows)} feature maps were scored before the failure`,
  };
  return (
    <p className="find">
      {status in text ? text[status as keyof typeof text] : `${count(rows)} feature maps scored`}
    </p>
  );
}

/** One line: what the marks are, and how to move the line. */
export function FrgLegend({
  cut,
  stale,
  carriers,
  ghost,
  children,
}: {
  cut: Cut;
  stale: boolean;
  /** Rings are on show. */
  carriers: boolean;
  /** There is a sweep before this one, on show or not. */
  readonly ghost: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="foot legend">
      <span className="key">
        <Glyph name="cut" />
        pruned
      </span>
      <span className="key">
        <Glyph name="kept" />
        kept
      </span>
      {cut.spared > 0 && (
        <span className="key">
          <Glyph name="spared" />
          {count(cut.spared)} kept by hand
        </span>
      )}
      <span className="key">
        <Glyph name="tie" />
        {cut.ties === 0
          ? 'no ties at the cut'
          : `${count(cut.ties)} more ${cut.ties === 1 ? 'ties' : 'tie'} at the cut`}
      </span>
      {carriers && (
        <span className="key">
          <Glyph name="carries" />
          carries the trigger
        </span>
      )}
      {ghost}
      {children}
      <span className="key hint">{stale ? 'grey: the run before' : 'line: drag, ↑ ↓'}</span>
    </div>
  );
}
