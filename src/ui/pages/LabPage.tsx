import { lazy, Suspense, type ReactNode } from 'react';
import { useAppState } from '../AppContext.ts';
import { FrgPanel } from '../panels/FrgPanel.tsx';
import { Headline } from '../panels/Headline.tsx';
import { ModelPanel } from '../panels/ModelPanel.tsx';
import { PredictionsPanel } from '../panels/PredictionsPanel.tsx';
import { RecordedPanel } from '../panels/RecordedPanel.tsx';
import { TunePanel } from '../panels/TunePanel.tsx';
import { SavedOffer } from './SavedOffer.tsx';
import { Notices } from './Notices.tsx';

const MapTray = lazy(() =>
  import('../cards/MapTray.tsx').then((part) => ({ default: part.MapTray })),
);

/** One question, four columns, and beside them whatever leads through them. */
export function LabPage({ rail }: { rail: ReactNode }): ReactNode {
  const hasPins = useAppState((state) => state.view.pins.length > 0);
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
          {hasPins && (
            <Suspense>
              <MapTray />
            </Suspense>
          )}
          <RecordedPanel />
        </div>
      </div>
    </>
  );
}
