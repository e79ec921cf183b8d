import { useEffect, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { CompareState, CompareStudy } from '../../store/compare.ts';
import { compareView, fileOnShow, modelsOf } from '../../store/compareView.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { NetworkChoice, SourceChoice } from './Picks.tsx';
import { PageHead } from '../pages/PageHead.tsx';
import { CompareControls } from './CompareControls.tsx';
import { CompareResults } from './CompareResults.tsx';
import { compareOf } from './studyData.ts';
import './study.css';

function ModelChoice({ study, state }: { study: CompareStudy; state: CompareState }): ReactNode {
  const app = useApp();
  const file = fileOnShow(state);
  const models = file === null ? [] : modelsOf(file);
  const shown = compareView(state)?.subject.id ?? '';
  return (
    <div className="study-pick">
      <SourceChoice
        source={state.source}
        has={{
          recorded: state.recorded !== null,
          measured: state.measured !== null,
          opened: state.opened !== null,
        }}
        onChange={(source) => {
          study.show({ source });
        }}
      />
      {models.length > 0 && (
        <NetworkChoice
          networks={models}
          shown={shown}
          onChange={(model) => {
            app.setView({ of: model });
          }}
        />
      )}
    </div>
  );
}

function Empty({ reading }: { reading: CompareState['reading'] }): ReactNode {
  const text = {
    pending: 'The recorded comparison is on its way.',
    reading: 'The recorded comparison is on its way.',
    read: 'Nothing has been measured yet.',
    none: 'No comparison was recorded for this copy of the app. Measure one here.',
    failed: 'The recorded comparison could not be read. Measuring here works all the same.',
  }[reading];
  return (
    <p className="study-empty" role="status">
      {text}
    </p>
  );
}

/** `#/compare`: FMP beside other defenses and controls, on the same images and budget. */
export function ComparePage(): ReactNode {
  const study = compareOf(useApp());
  const state = useStore(study.store);
  const first = useAppState(({ session }) => session.model?.manifest.id ?? null);
  useEffect(() => {
    void study.open();
  }, [study]);
  useEffect(() => {
    if (first !== null) study.begin(first);
  }, [study, first]);
  const of = useAppState((app) => app.view.of);
  useEffect(() => {
    if (of !== null) study.show({ model: of });
  }, [study, of]);
  const view = compareView(state);
  return (
    <>
      <PageHead
        title="Compare"
        sub="FMP beside other defenses and controls: the same clean images, the same budget."
      >
        <ModelChoice study={study} state={state} />
      </PageHead>
      <div className="study">
        <section aria-label="Results">
          {view === null ? (
            <Empty reading={state.reading} />
          ) : (
            <CompareResults view={view} recorded={state.source !== 'measured'} />
          )}
        </section>
        <CompareControls study={study} />
      </div>
    </>
  );
}
