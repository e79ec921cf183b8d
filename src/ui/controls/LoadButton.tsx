import type { ReactNode } from 'react';
import type { ModelSummary } from '../../bridge/protocol.ts';
import { occupation } from '../../store/occupation.ts';
import type { Unloaded } from '../../store/sessionState.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { leaving } from '../leave.ts';
import { megabytesText } from '../text/format.ts';

interface Props {
  readonly unloaded: Unloaded;
  readonly models: readonly ModelSummary[];
}

/**
 * Takes up a download that was cancelled or failed. After a cancel it stands where Cancel stood, so it
 * has the keyboard; a failure, which nobody asked for, takes the focus from nobody.
 */
export function LoadButton({ unloaded, models }: Props): ReactNode {
  const { run } = useApp();
  const failed = useAppState((state) => state.session.error !== null);
  const taken = useAppState(occupation) !== null;
  const found = models.find(({ manifest }) => manifest.id === unloaded.id);
  const size = found === undefined ? '' : `, ${megabytesText(found.manifest.weights.bytes)}`;
  return (
    <button
      type="button"
      className="btn pri"
      autoFocus={!failed}
      disabled={taken}
      onClick={leaving(() => run.resumeLoad())}
    >
      Load {found?.manifest.title ?? unloaded.id}
      {size}
    </button>
  );
}
