import type { ReactNode } from 'react';
import type { RunStatus } from '../../store/runState.ts';
import { canGoOn, isReady } from '../../store/selectors.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon, type IconName } from '../controls/Icon.tsx';

const PRIMARY: Readonly<Record<RunStatus, readonly [text: string, icon: IconName]>> = {
  loading: ['Run', 'run'],
  empty: ['Run', 'run'],
  running: ['Pause', 'pause'],
  paused: ['Resume', 'run'],
  cancelled: ['Run again', 'run'],
  failed: ['Run again', 'run'],
  done: ['Run again', 'run'],
};

/** The sweep of an earlier visit broke off. */
const GO_ON = ['Go on', 'run'] as const;

/** Run, Pause or Resume; Step; and Stop or Reset. */
export function RunButtons(): ReactNode {
  const { run } = useApp();
  const status = useAppState((state) => state.run.status);
  const ready = useAppState(isReady);
  const viewOnly = useAppState((state) => state.session.viewOnly);
  const hasResults = useAppState(
    (state) => state.results.sweep !== null || state.run.seconds !== null,
  );
  const busy = status === 'running' || status === 'paused';
  const goesOn = useAppState(canGoOn) && !busy;
  const [text, icon] = goesOn ? GO_ON : PRIMARY[status];
  const primary = (): void => {
    if (status === 'running') void run.pause();
    else if (status === 'paused') void run.resume();
    else void run.start();
  };
  return (
    <div className="grp" role="group" aria-label="Run">
      <button type="button" className="btn pri run" disabled={!ready} onClick={primary}>
        <Icon name={icon} filled />
        {text}
      </button>
      <button
        type="button"
        className="btn xs"
        title="Step: one feature map"
        aria-label="Step"
        disabled={!ready || status === 'running'}
        onClick={() => void run.step()}
      >
        <Icon name="step" />
        <span className="step-l">Step</span>
      </button>
      {busy ? (
        <button
          type="button"
          className="btn xs ghost"
          title="Stop; what is scored stays"
          aria-label="Stop"
          onClick={() => void run.cancel()}
        >
          <Icon name="stop" />
          <span className="step-l">Stop</span>
        </button>
      ) : (
        <button
          type="button"
          className="btn xs ghost"
          title="Reset: forget the results, keep the settings; Undo brings them back"
          aria-label="Reset"
          disabled={!hasResults || viewOnly}
          onClick={() => void run.reset()}
        >
          <Icon name="reset" />
          <span className="step-l">Reset</span>
        </button>
      )}
    </div>
  );
}
