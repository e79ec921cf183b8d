import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Subject } from '../../core/study/recorded.ts';
import { studyBar } from '../../store/compareJobs.ts';
import { sweepPlan, type SweepsStudy, valueText } from '../../store/sweeps.ts';
import { useAppState } from '../AppContext.ts';
import { NumberControl } from '../compare/NumberControl.tsx';
import { StudyBar } from '../compare/StudyBar.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { needsText } from '../text/format.ts';
import { studyBarText } from '../text/occupied.ts';

/** The run that is repeated, and the button that starts it. */
export function SweepControls(props: { study: SweepsStudy; subject: Subject }): ReactNode {
  const { study, subject } = props;
  const { choice, status, over } = useStore(study.store);
  const models = useAppState((state) => state.session.models);
  const bar = useAppState(studyBar);
  const disabled = status.status === 'running';
  const { preset, seeds, epochs, testImages } = choice;
  const summary = models.find(({ manifest }) => manifest.id === subject.id);
  const plan = sweepPlan(
    over,
    subject.id,
    models.map(({ manifest }) => manifest),
  );
  const missing = plan.missing.map((value) => valueText(over, value)).join(', ');
  const blocked =
    summary === undefined
      ? 'This network is not here.'
      : (needsText(summary) ??
        (bar !== null
          ? studyBarText(bar)
          : plan.points.length < 2
            ? 'There are no networks of other rates.'
            : null));
  return (
    <section className="study-ctl" aria-labelledby="h-sweep">
      <h2 id="h-sweep">Measure here</h2>
      <fieldset className="budget" disabled={disabled}>
        <legend>The run that is repeated</legend>
        <div className="ctl n">
          <span className="lab" aria-hidden="true">
            Preset of FMP
          </span>
          <Segmented
            label="Preset of FMP"
            className="s"
            options={[
              { id: 'lab', label: 'lab' },
              { id: 'paper', label: 'paper' },
            ]}
            value={preset}
            disabled={disabled}
            onChange={(id) => {
              study.choose({ preset: id });
            }}
          />
        </div>
        <NumberControl
          {...{ label: 'Seeds', value: seeds, min: 1, max: 5, disabled }}
          onChange={(value) => {
            study.choose({ seeds: value });
          }}
        />
        <NumberControl
          {...{ label: 'Epochs', value: epochs, min: 0, max: 100, disabled }}
          onChange={(value) => {
            study.choose({ epochs: value });
          }}
        />
        <NumberControl
          {...{ label: 'Test images', value: testImages, min: 100, max: 20_000, disabled }}
          onChange={(value) => {
            study.choose({ testImages: value });
          }}
        />
      </fieldset>
      {missing !== '' && <p className="note">No network here was trained with {missing}.</p>}
      <StudyBar
        {...{ status, blocked, runLabel: `Run ${String(plan.points.length * seeds)} times` }}
        onRun={() => void study.run()}
        onCancel={() => void study.cancel()}
      />
      <p className="note">
        Moving p or the ratio scores the feature maps once; every ε scores them anew. Results are
        kept while this tab is open.
      </p>
    </section>
  );
}
