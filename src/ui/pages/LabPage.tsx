import type { ReactNode } from 'react';
import { FrgPanel } from '../panels/FrgPanel.tsx';
import { Headline } from '../panels/Headline.tsx';
import { ModelPanel } from '../panels/ModelPanel.tsx';
import { PredictionsPanel } from '../panels/PredictionsPanel.tsx';
import { RecordedPanel } from '../panels/RecordedPanel.tsx';
import { TunePanel } from '../panels/TunePanel.tsx';
import { SavedOffer } from './SavedOffer.tsx';
import { Notices } from './Notices.tsx';

/** One question, four columns, and beside them whatever leads through them. */
export function LabPage({ rail }: { rail: ReactNode }): ReactNode {
  return (
    <>
      <Headline />
      <SavedOffer />
      <Notices />
      <div className={rail === null ? 'shell' : 'shell railed'}>
        {rail}
        <div id="main" tabIndex={-1} className="flow">
          <div className="grid">
            <ModelPanel />
            <FrgPanel />
            <TunePanel />
            <PredictionsPanel />
          </div>
          <RecordedPanel />
        </div>
      </div>
    </>
  );
}
