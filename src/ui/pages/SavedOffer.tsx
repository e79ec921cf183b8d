import type { ReactNode } from 'react';
import type { SavedSummary } from '../../store/sessionState.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { leaving } from '../leave.ts';

const STAGES: Readonly<Record<SavedSummary['stage'], string>> = {
  scored: 'feature maps scored',
  pruned: 'scored and pruned',
  fineTuned: 'scored, pruned and fine-tuned',
};

/** What an earlier visit left, to be taken up or thrown away. */
export function SavedOffer(): ReactNode {
  const { autosave } = useApp();
  const saved = useAppState((state) => state.session.saved);
  if (saved === null) return null;
  const when = new Date(saved.savedAt).toLocaleString('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (
    <div className="ban keep notices" role="status">
      <span>
        <b>Your last run is kept on this device.</b> {saved.title}, {STAGES[saved.stage]}, {when}.
      </span>
      <span className="ban-acts">
        <button type="button" className="btn ghost" onClick={leaving(() => autosave.discard())}>
          Discard
        </button>
        <button type="button" className="btn pri" onClick={leaving(() => autosave.resume())}>
          Resume
        </button>
      </span>
    </div>
  );
}
