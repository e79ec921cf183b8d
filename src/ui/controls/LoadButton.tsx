import type { ReactNode } from 'react';
import type { ModelSummary } from '../../bridge/protocol.ts';
import type { Unloaded } from '../../store/sessionState.ts';
import { useApp } from '../AppContext.ts';
import { megabytesText } from '../text/format.ts';

interface Props {
  readonly unloaded: Unloaded;
  readonly models: readonly ModelSummary[];
}

/** Takes up a download that was cancelled; it stands where Cancel stood, so it has the keyboard. */
export function LoadButton({ unloaded, models }: Props): ReactNode {
  const { run } = useApp();
  const found = models.find(({ manifest }) => manifest.id === unloaded.id);
  const size = found === undefined ? '' : `, ${megabytesText(found.manifest.weights.bytes)}`;
  return (
    <button type="button" className="btn pri" autoFocus onClick={() => void run.resumeLoad()}>
      Load {found?.manifest.title ?? unloaded.id}
      {size}
    </button>
  );
}
