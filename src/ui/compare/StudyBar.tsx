import type { ReactNode } from 'react';
import type { StudyStatus } from '../../store/compareJobs.ts';
import { Icon } from '../controls/Icon.tsx';
import { Progress } from '../controls/Progress.tsx';
import { duration } from '../text/format.ts';

interface Props {
  readonly status: StudyStatus;
  readonly runLabel: string;
  /** Why it cannot run now; null: it can. */
  readonly blocked: string | null;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}

/** What a screen reader hears: every result, not every per cent. */
function announcement({ status, done, total, error }: StudyStatus): string {
  const count = `${String(done)} of ${String(total)} results`;
  if (status === 'running') return count;
  if (status === 'done') return `Done: ${count}.`;
  if (status === 'cancelled') return `Cancelled after ${count}; they are kept.`;
  if (status === 'failed') return `Stopped after ${count}: ${error?.message ?? ''}`;
  return '';
}

/** Run, cancel, how far it is, and what went wrong. */
export function StudyBar({ status, runLabel, blocked, onRun, onCancel }: Props): ReactNode {
  const { done, total, etaSeconds, doing, failures, error } = status;
  const isRunning = status.status === 'running';
  return (
    <div className="study-bar">
      <div className="acts">
        {isRunning ? (
          <button type="button" className="btn" onClick={onCancel}>
            <Icon name="stop" filled />
            Cancel
          </button>
        ) : (
          <button type="button" className="btn pri" disabled={blocked !== null} onClick={onRun}>
            <Icon name="run" filled />
            {runLabel}
          </button>
        )}
        <span className="note">
          {isRunning
            ? `${String(done)} of ${String(total)} results${etaSeconds === null ? '' : `, about ${duration(etaSeconds)} left`}`
            : (blocked ?? announcement(status))}
        </span>
      </div>
      {isRunning && <Progress label="Results" share={total === 0 ? null : done / total} />}
      {isRunning && (
        <ul className="note">
          {doing.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {error !== null && (
        <div className="ban err" role="alert">
          <span>
            <b>{error.message}.</b> Results so far are kept. {error.remedy ?? ''}
          </span>
        </div>
      )}
      {failures.map(({ label, error: wrong }) => (
        <div className="ban warn" key={label}>
          <span>
            <b>{label}:</b> {wrong.message}. {wrong.remedy ?? ''}
          </span>
        </div>
      ))}
      <p className="vh" aria-live="polite">
        {announcement(status)}
      </p>
    </div>
  );
}
