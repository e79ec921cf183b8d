import { type ReactNode, useMemo } from 'react';
import { secondLook } from '../../core/frg/twoStage.ts';
import { boundText, isReady, progressShare } from '../../store/selectors.ts';
import type { Sweep } from '../../store/resultsState.ts';
import { useApp, useAppState, useFrgTable } from '../AppContext.ts';
import { Progress } from '../controls/Progress.tsx';
import { count, duration, provenanceText } from '../text/format.ts';
import { phaseText } from '../text/status.ts';

/** Below the chart: progress with what is left, or what can be done next. */
export function FrgFooter(): ReactNode {
  const { run } = useApp();
  const state = useAppState((whole) => whole);
  const table = useFrgTable();
  const { status, progress, phase } = state.run;
  const { sweep } = state.results;
  if (sweep === null) return null;
  const buttons =
    status === 'paused' ? (
      <>
        <button type="button" className="btn" onClick={() => void run.step()}>
          Step
        </button>
        <button type="button" className="btn pri" onClick={() => void run.resume()}>
          Resume
        </button>
      </>
    ) : null;
  if (status === 'running' || status === 'paused') {
    const left = progress?.etaSeconds ?? null;
    // Progress is told now and then; what came between the last time and the pause is in the table.
    const held = status === 'paused' && phase === 'scoring' ? table?.rows : undefined;
    const speed =
      progress === null || progress.elapsedSeconds <= 0
        ? null
        : progress.done / progress.elapsedSeconds;
    return (
      <div className="bot num">
        <Progress label={phaseText(state)} share={progressShare(state)} />
        <div>
          <span>
            {progress === null ? (
              phaseText(state)
            ) : (
              <>
                <b>{count(held ?? progress.done)}</b> of {count(progress.total)} {progress.unit}
                {phase === 'scoring' ? '' : ` · ${phaseText(state)}`}
              </>
            )}
          </span>
          <span className="r">
            {buttons ??
              (left !== null && (
                <>
                  <b>{duration(left)}</b> left
                  {speed !== null &&
                    progress?.unit === 'maps' &&
                    ` · ${speed.toFixed(speed < 10 ? 1 : 0)} maps/s`}
                </>
              ))}
          </span>
        </div>
      </div>
    );
  }
  if (sweep.complete) {
    const auto = sweep.spec.frg.eps === 'auto' ? ' found by auto' : '';
    return (
      <p className="note made num">
        ε {boundText(sweep)}
        {auto} · {sweep.steps} {sweep.steps === 1 ? 'step' : 'steps'} · seed {sweep.spec.seed}
        {sweep.seconds === null ? '' : ` · scored in ${duration(sweep.seconds)}`}
        <SecondLookNote sweep={sweep} />
        {state.run.informed && ' · p chosen after an Oracle look'}
        {sweep.recorded !== null && ` · recorded ${provenanceText(sweep.recorded)}`}
      </p>
    );
  }
  return (
    <div className="bot num">
      <div>
        <span>What is scored stays; a verdict needs every map.</span>
        {state.session.error === null && isReady(state) && (
          <span className="r">
            <button type="button" className="btn pri" onClick={() => void run.start('scored')}>
              Score every map
            </button>
          </span>
        )}
      </div>
    </div>
  );
}

/** What the second look of a sweep in two stages came to, at the p that is chosen. */
function SecondLookNote({ sweep }: { readonly sweep: Sweep }): ReactNode {
  const table = useFrgTable();
  const p = useAppState((state) => state.run.spec.p);
  const plan = useAppState((state) => state.session.model?.plan ?? null);
  const look = useMemo(
    () => (plan === null || table === null ? null : secondLook(plan, table, { ...sweep.spec, p })),
    [plan, table, sweep.spec, p],
  );
  if (look === null) return null;
  return ` · the second look, at ${count(look.refined)} maps, put ${count(look.changed)} of the maps to prune there`;
}
