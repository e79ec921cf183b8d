import { lazy, type ReactNode } from 'react';
import { useAppState } from '../AppContext.ts';
import { FrgPanel } from '../panels/FrgPanel.tsx';
import { Headline } from '../panels/Headline.tsx';
import { ColumnPlace, ModelPanel, PredictionsPanel, RecordedPanel, TunePanel } from './late.tsx';
import { Notices } from './Notices.tsx';
import { PageBoundary } from './PageBoundary.tsx';
import { SavedOffer } from './SavedOffer.tsx';

const MapTray = lazy(() =>
  import('../cards/MapTray.tsx').then((part) => ({ default: part.MapTray })),
);

const MODEL_PLACE = <ColumnPlace className="p-model" number={1} title="Model &amp; trigger" />;
const TUNE_PLACE = <ColumnPlace className="p-tune" number={3} title="Prune &amp; fine-tune" />;
const PREDICTIONS_PLACE = <ColumnPlace className="p-pred" number={4} title="Predictions" />;

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
            <PageBoundary what="The model" waiting={MODEL_PLACE}>
              <ModelPanel />
            </PageBoundary>
            <FrgPanel />
            <PageBoundary what="Pruning and fine-tuning" waiting={TUNE_PLACE}>
              <TunePanel />
            </PageBoundary>
            <PageBoundary what="The predictions" waiting={PREDICTIONS_PLACE}>
              <PredictionsPanel />
            </PageBoundary>
          </div>
          {hasPins && (
            <PageBoundary what="What is pinned" waiting={null}>
              <MapTray />
            </PageBoundary>
          )}
          <PageBoundary>
            <RecordedPanel />
          </PageBoundary>
        </div>
      </div>
    </>
  );
}
