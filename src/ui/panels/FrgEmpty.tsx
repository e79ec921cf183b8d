import type { ReactNode } from 'react';
import { candidateCount } from '../../store/cutSteps.ts';
import { isReady, loadingShare, progressShare } from '../../store/selectors.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { useNames } from '../useNames.ts';
import { EpsSearch } from '../charts/EpsSearch.tsx';
import { LoadButton } from '../controls/LoadButton.tsx';
import { Icon } from '../controls/Icon.tsx';
import { Progress } from '../controls/Progress.tsx';
import { leaving } from '../leave.ts';
import { count, knownAttack, megabytes } from '../text/format.ts';
import { phaseText } from '../text/status.ts';

/** In place of the chart: loading, ready, or the eps search. */
export function FrgEmpty(): ReactNode {
  const { run } = useApp();
  const state = useAppState((whole) => whole);
  const { model, loading, unloaded, models, error } = state.session;
  const { status, epsCandidates, progress, phase } = state.run;
  const names = useNames(model?.manifest ?? null);
  // Whatever leads in the lesson's search is what one is to find.
  const name = (index: number): string => (names.isHidden ? '?' : names.full(index));
  const searching = phase === 'searchingEps' || epsCandidates.length > 0;
  let body: ReactNode;
  if (loading !== null || status === 'loading')
    body = (
      <>
        <p className="find">Loading the model</p>
        <Progress label="Download" share={loadingShare(state)} />
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
        {loading !== null && (
          <button type="button" className="btn" onClick={() => void run.cancelLoad()}>
            Cancel
          </button>
        )}
      </>
    );
  else if (unloaded !== null && model === null)
    body =
      error === null ? (
        <>
          <p className="find">The download was cancelled</p>
          <LoadButton {...{ unloaded, models }} />
          <p className="note">Or choose another model on the left.</p>
        </>
      ) : (
        <>
          <p className="find">The network is not loaded</p>
          <p className="note">Load it above, or choose another model on the left.</p>
        </>
      );
  else if (status === 'running' || status === 'paused')
    body = searching ? (
      <>
        <p className="find">
          {status === 'paused' ? 'Paused' : 'Which ε makes one class stand out?'}
        </p>
        <p className="note">Lead of the most suspected class over the runner-up, at each ε</p>
        <EpsSearch
          candidates={epsCandidates}
          total={progress?.unit === 'candidates' ? progress.total : null}
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
          {knownAttack(model.manifest) === null
            ? `${total} feature maps. Does one hide anything?`
            : `${total} feature maps. Which ones hide it?`}
        </p>
        <button
          type="button"
          className="btn pri"
          disabled={!isReady(state)}
          onClick={leaving(() => run.start('scored'))}
        >
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
