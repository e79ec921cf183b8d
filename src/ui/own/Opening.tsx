import type { ReactNode } from 'react';
import type { OwnTask } from '../../store/ownState.ts';
import { useApp } from '../AppContext.ts';
import { Progress } from '../controls/Progress.tsx';
import { megabytes, megabytesText } from '../text/format.ts';

const WHAT: Readonly<Record<OwnTask['kind'], string>> = {
  data: 'Reading the images',
  checkpoint: 'Reading the network',
  use: 'Loading the network',
};

/** What is being read, how far it is, and a way to stop it. */
export function Opening({ task }: { task: OwnTask }): ReactNode {
  const { own } = useApp();
  const { kind, read, total } = task;
  return (
    <div className="own-task num">
      <Progress label={WHAT[kind]} share={total === 0 ? null : read / total} />
      <span>
        {WHAT[kind]}
        {total > 0 && (
          <>
            : <b>{megabytes(read)}</b> of {megabytesText(total)}
          </>
        )}
      </span>
      {kind !== 'use' && (
        <button type="button" className="btn" onClick={() => void own.cancel()}>
          Cancel
        </button>
      )}
    </div>
  );
}
