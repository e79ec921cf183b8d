import type { ReactNode } from 'react';
import { candidateCount } from '../../store/cutSteps.ts';
import { epsText, progressShare, sweepChanges } from '../../store/selectors.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { EpsSearch } from '../charts/EpsSearch.tsx';
import { Alert } from '../controls/Alert.tsx';
import { Icon } from '../controls/Icon.tsx';
import { Progress } from '../controls/Progress.tsx';
import { className, count, duration, megabytes } from '../text/format.ts';
import { phaseText } from '../text/status.ts';

const SETTING_NAMES = {
  eps: 'ε',
  steps: 'Steps',
  seed: 'The seed',
  images: 'FRG images',
  maps: 'The candidates',
  variant: 'The FRG variant',
  'step size': 'The step size',
} as const;

/** Above the chart: a failure, or which setting made the marks stale. */
export function FrgBanner(): ReactNode {
  const { run } = useApp();
  const state = useAppState((whole) => whole);
  const { error } = state.session;
  const [change, ...more] = sweepChanges(state);
  const { sweep } = state.results;
  if (error !== null) {
    const lost = error.code === 'deviceLost' || error.code === 'outOfMemory';
    const canRetry = state.session.model !== null;
    return (
      <Alert
        error={error}
        safe={sweep === null ? 'Nothing was lost.' : 'What was scored so far stays below.'}
      >
        {lost && (
          <a className="btn" href="?backend=wasm">
            Use WASM
          </a>
        )}
        {canRetry && (
          <button type="button" className="btn" onClick={() => void run.start(state.run.until)}>
            Try again
          </button>
        )}
      </Alert>
    );
  }
  if (change === undefined || state.run.status === 'running') return null;
  const others = more.length === 0 ? '' : ` and ${String(more.length)} more`;
  return (
    <div className="ban warn" role="status">
      <span>
        <b>
          {SETTING_NAMES[change.setting]} changed from {change.before} to {change.now}
          {others}.
        </b>{' '}
        Marks show {change.setting === 'eps' ? epsText(sweep?.eps ?? 'auto') : change.before}.
      </span>
      <button type="button" className="btn" onClick={() => void run.start('scored')}>
        Run again
      </button>
    </div>
  );
}

/** In place of the chart: loading, ready, or the eps search. */
export function FrgEmpty(): ReactNode {
  const { run } = useApp();
  const state = useAppState((whole) => whole);
  const { model, loading } = state.session;
  const { status, epsCandidates, progress, phase } = state.run;
  const name = (index: number): string =>
    model === null ? String(index) : className(model.manifest, index);
  const searching = phase === 'searchingEps' || epsCandidates.length > 0;
  let body: ReactNode = null;
  if (loading !== null || status === 'loading')
    body = (
      <>
        <p className="find">Loading the model</p>
        <Progress
          label="Download"
          share={loading === null || loading.total === 0 ? null : loading.loaded / loading.total}
        />
        <p className="note num">
          {loading === null || loading.total === 0 ? (
            'Starting the engine'
          ) : (
            <>
              Downloading weights: <b>{megabytes(loading.loaded)}</b> of {megabytes(loading.total)}{' '}
              MB
            </>
          )}
        </p>
      </>
    );
  else if (status === 'running' || status === 'paused')
    body = searching ? (
      <>
        <p className="find">
          {status === 'paused' ? 'Paused' : 'Which ε makes one class stand out?'}
        </p>
        <p className="note">
          Lead of the most suspected class over the runner-up, on a sample of the maps
        </p>
        <EpsSearch
          candidates={epsCandidates}
          total={progress?.unit === 'candidates' ? progress.total : null}
          chosen={null}
          className={name}
        />
        <Progress label={phaseText(state)} share={progressShare(state)} />
      </>
    ) : (
      <>
        <p className="find">{phaseText(state)}</p>
        <Progress label={phaseText(state)} share={progressShare(state)} />
      </>
    );
  else if (model !== null) {
    const total = count(candidateCount(model.plan, state.run.spec.frg.maps));
    body = (
      <>
        <p className="find">
          {model.manifest.attack === null
            ? `${total} feature maps. Does one hide anything?`
            : `${total} feature maps. Which ones hide it?`}
        </p>
        <button type="button" className="btn pri" onClick={() => void run.start('scored')}>
          <Icon name="run" filled />
          Score every map
        </button>
        <p className="note">It runs on this device. You can pause at any time.</p>
      </>
    );
  } else body = <p className="find">There is no model to look into</p>;
  return (
    <div className="empt">
      <div>{body}</div>
    </div>
  );
}

/** Below the chart: progress with what is left, or what can be done next. */
export function FrgFooter(): ReactNode {
  const { run } = useApp();
  const state = useAppState((whole) => whole);
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
                <b>{count(progress.done)}</b> of {count(progress.total)} {progress.unit}
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
        ε {epsText(sweep.eps)}
        {auto} · {sweep.steps} {sweep.steps === 1 ? 'step' : 'steps'} · seed {sweep.spec.seed}
        {sweep.seconds === null ? '' : ` · scored in ${duration(sweep.seconds)}`}
      </p>
    );
  }
  return (
    <div className="bot num">
      <div>
        <span>What is scored stays; a verdict needs every map.</span>
        {state.session.error === null && (
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
