import type { ReactNode } from 'react';
import { OWN_ID } from '../../store/ownState.ts';
import { madeSpec } from '../../store/selectors.ts';
import type { AppState } from '../../store/state.ts';
import { encodeLink } from '../../store/urlCodec.ts';
import { useSteadyState } from '../AppContext.ts';
import { DialogFrame } from '../controls/DialogFrame.tsx';
import { CopyField } from '../teach/CopyField.tsx';
import { METHOD_BIBTEX, softwareBibtex } from '../text/cite.ts';

declare const __COMMIT__: string | undefined;

/** What a link leaves behind; null: nothing but the numbers, which a run makes again. */
function missingText({ session }: AppState): string | null {
  const { model, modelTrigger } = session;
  if (model === null) return null;
  if (model.manifest.id === OWN_ID)
    return 'A link holds no files: whoever follows it has to open this network first.';
  return model.trigger === modelTrigger
    ? null
    : 'A link holds no trigger: whoever follows it sees the model’s own.';
}

/** A link to what is on show, and how to cite the method and this software. */
export function ShareDialog({ onClose }: { onClose: () => void }): ReactNode {
  const state = useSteadyState();
  const link = `${location.origin}${location.pathname}${encodeLink(madeSpec(state), state.view)}`;
  const missing = missingText(state);
  return (
    <DialogFrame title="Link and citation" onClose={onClose}>
      <CopyField label="Link to what is on show" text={link} />
      <p className="note">
        It has the network, the settings that made the scores, the line and the view; a run makes
        the numbers again. File, Run takes those along. {missing}
      </p>
      <CopyField label="The method" text={METHOD_BIBTEX} />
      <CopyField
        label="This software"
        text={softwareBibtex(typeof __COMMIT__ === 'string' ? __COMMIT__ : '')}
      />
    </DialogFrame>
  );
}
