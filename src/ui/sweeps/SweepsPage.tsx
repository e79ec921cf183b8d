import { useEffect, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Axis } from '../../core/study/sweepSpec.ts';
import { sweepSubjects, type SweepsState, type SweepsStudy } from '../../store/sweeps.ts';
import { sweepView } from '../../store/sweepsView.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { sweepsOf } from '../compare/studyData.ts';
import '../compare/study.css';
import { Segmented } from '../controls/Segmented.tsx';
import { NetworkChoice, SourceChoice } from '../compare/Picks.tsx';
import { PageHead } from '../pages/PageHead.tsx';
import { SweepControls } from './SweepControls.tsx';
import { SweepResults } from './SweepResults.tsx';

const AXES: readonly { readonly id: Axis; readonly label: string }[] = [
  { id: 'eps', label: 'ε' },
  { id: 'p', label: 'p' },
  { id: 'retrain', label: 'Retraining ratio' },
  { id: 'rate', label: 'Poisoning rate' },
];

function Picks(props: {
  study: SweepsStudy;
  state: SweepsState;
  subjects: readonly { readonly id: string; readonly title: string }[];
  shown: string;
}): ReactNode {
  const { study, state, subjects, shown } = props;
  const app = useApp();
  return (
    <div className="study-pick">
      <Segmented
        label="What is moved"
        options={AXES}
        value={state.over}
        onChange={(over) => {
          app.setView({ over });
        }}
      />
      <SourceChoice
        source={state.source}
        has={{
          recorded: state.recorded !== null,
          measured: state.measured.length > 0,
          opened: state.opened !== null,
        }}
        onChange={(source) => {
          study.show({ source });
        }}
      />
      <NetworkChoice
        networks={subjects}
        shown={shown}
        onChange={(model) => {
          app.setView({ of: model });
        }}
      />
    </div>
  );
}

/** `#/sweeps`: the paper's Tables 2 to 5, run again and drawn beside the paper's values. */
export function SweepsPage(): ReactNode {
  const study = sweepsOf(useApp());
  const state = useStore(study.store);
  const models = useAppState((session) => session.session.models);
  const loaded = useAppState(({ session }) => session.model?.manifest.id ?? null);
  useEffect(() => {
    void study.open();
  }, [study]);
  const of = useAppState((app) => app.view.of);
  const over = useAppState((app) => app.view.over);
  useEffect(() => {
    study.show({ over });
  }, [study, over]);
  const manifests = models.map(({ manifest }) => manifest);
  const subjects = sweepSubjects(state, manifests);
  const wanted = of ?? loaded;
  const subject = subjects.find(({ id }) => id === wanted) ?? subjects[0];
  const shown = subject?.id ?? null;
  useEffect(() => {
    if (shown !== null) study.show({ model: shown });
  }, [study, shown]);
  const head = (picks: ReactNode): ReactNode => (
    <PageHead title="Sweeps" sub="FMP with one setting moved, beside the paper’s Tables 2 to 5.">
      {picks}
    </PageHead>
  );
  if (subject === undefined)
    return (
      <>
        {head(null)}
        <p className="study-empty study" role="status">
          The list of networks is on its way.
        </p>
      </>
    );
  const here = state.source === 'measured';
  const empty = here
    ? 'This has not been measured here yet.'
    : state.reading === 'pending' || state.reading === 'reading'
      ? 'The recorded sweeps are on their way.'
      : 'No such sweep was recorded for this network. The paper’s curve stands alone until you measure one.';
  return (
    <>
      {head(<Picks {...{ study, state, subjects, shown: subject.id }} />)}
      <div className="study">
        <section aria-label="Results">
          <SweepResults view={sweepView(state, subject)} recorded={!here} empty={empty} />
        </section>
        <SweepControls study={study} subject={subject} />
      </div>
    </>
  );
}
