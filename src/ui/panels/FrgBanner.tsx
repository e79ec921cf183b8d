import type { ReactNode } from 'react';
import { occupation } from '../../store/occupation.ts';
import { routeHash } from '../../store/route.ts';
import { epsText, isReady, sweepChanges } from '../../store/selectors.ts';
import { useApp, useSteadyState } from '../AppContext.ts';
import { backendLink } from '../backendLink.ts';
import { Alert } from '../controls/Alert.tsx';
import { LoadButton } from '../controls/LoadButton.tsx';
import { occupiedText } from '../text/occupied.ts';
import { leaving } from '../leave.ts';

const SETTING_NAMES = {
  eps: 'ε',
  steps: 'Steps',
  seed: 'The seed',
  images: 'FRG images',
  maps: 'The candidates',
  variant: 'The FRG variant',
  'step size': 'The step size',
  smoothing: 'How smooth perturbations are',
} as const;

/** Above the chart: a failure, a run without its network, or which setting made the marks stale. */
export function FrgBanner(): ReactNode {
  const { run, own } = useApp();
  const state = useSteadyState();
  const { error, unloaded, model, models } = state.session;
  const [change, ...more] = sweepChanges(state);
  const { sweep } = state.results;
  const taken = occupation(state);
  if (error !== null) {
    const lost = error.code === 'deviceLost' || error.code === 'outOfMemory';
    // A failure of something else, e.g. of an export, is not mended by another run.
    const canRetry = isReady(state) && state.run.status === 'failed';
    return (
      <Alert
        error={error}
        safe={sweep === null ? 'Nothing was lost.' : 'What was scored so far stays below.'}
      >
        {lost && (
          <a className="btn" href={backendLink(location, 'wasm')}>
            Use WASM
          </a>
        )}
        {canRetry && (
          <button type="button" className="btn" onClick={leaving(() => run.start(state.run.until))}>
            Try again
          </button>
        )}
        {unloaded !== null && <LoadButton {...{ unloaded, models }} />}
      </Alert>
    );
  }
  if (taken !== null)
    return (
      <div className="ban warn" role="status">
        <span>
          <b>{occupiedText(taken)}</b> Run and the list of networks wait until that has ended.
        </span>
        {taken !== 'own' && (
          <a className="btn" href={routeHash({ page: taken, step: null })}>
            Show it
          </a>
        )}
      </div>
    );
  if (unloaded !== null)
    return model === null ? null : (
      <div className="ban warn" role="status">
        <span>
          <b>The network of this run is not loaded.</b> You can read the charts; to go on from them,
          load it.
        </span>
        <LoadButton {...{ unloaded, models }} />
      </div>
    );
  if (state.session.viewOnly)
    return (
      <div className="ban warn" role="status">
        <span>
          <b>This run is from a file.</b> Its network is not here: you can read the charts, not go
          on from them.
        </span>
        <button
          type="button"
          className="btn"
          onClick={() => {
            own.show();
          }}
        >
          Open the network
        </button>
      </div>
    );
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
      {isReady(state) && (
        <button type="button" className="btn" onClick={leaving(() => run.start('scored'))}>
          Run again
        </button>
      )}
    </div>
  );
}
