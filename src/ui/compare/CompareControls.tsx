import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { aboutMethod, METHOD_IDS } from '../../core/study/methods.ts';
import type { CompareStudy } from '../../store/compare.ts';
import { studyBar } from '../../store/compareJobs.ts';
import { useAppState } from '../AppContext.ts';
import { Segmented } from '../controls/Segmented.tsx';
import { Checks } from './Checks.tsx';
import { NumberControl } from './NumberControl.tsx';
import { StudyBar } from './StudyBar.tsx';
import { needsText } from '../text/format.ts';
import { studyBarText } from '../text/occupied.ts';

const RATIOS = ['5', '10', '20', '100'] as const;

/** What to measure here, on which budget. */
export function CompareControls({ study }: { study: CompareStudy }): ReactNode {
  const { choice, status } = useStore(study.store);
  const models = useAppState((state) => state.session.models);
  const bar = useAppState(studyBar);
  const disabled = status.status === 'running';
  const { seeds, epochs, testImages, retrainRatio } = choice;
  const results = choice.models.length * choice.methods.length * seeds;
  const blocked =
    bar !== null ? studyBarText(bar) : results === 0 ? 'Choose a network and a method.' : null;
  const set = (patch: Partial<typeof choice>): void => {
    study.choose(patch);
  };
  return (
    <section className="study-ctl" aria-labelledby="h-measure">
      <h2 id="h-measure">Measure here</h2>
      <Checks
        label="Networks"
        options={models
          .filter(({ manifest }) => !manifest.id.includes('-rate-'))
          .map((model) => {
            const { id, title } = model.manifest;
            return { id, name: title, missing: needsText(model) };
          })}
        value={choice.models}
        disabled={disabled}
        onChange={(ids) => {
          set({ models: ids });
        }}
      />
      <Checks
        label="Methods"
        options={METHOD_IDS.map((id) => ({ id, name: aboutMethod(id).name }))}
        value={choice.methods}
        disabled={disabled}
        onChange={(ids) => {
          set({ methods: ids });
        }}
      />
      <fieldset className="budget" disabled={disabled}>
        <legend>Budget, the same for all</legend>
        <NumberControl
          {...{ label: 'Seeds', value: seeds, min: 1, max: 5, disabled }}
          onChange={(value) => {
            set({ seeds: value });
          }}
        />
        <NumberControl
          {...{ label: 'Epochs', value: epochs, min: 0, max: 100, disabled }}
          onChange={(value) => {
            set({ epochs: value });
          }}
        />
        <NumberControl
          {...{ label: 'Test images', value: testImages, min: 100, max: 20_000, disabled }}
          onChange={(value) => {
            set({ testImages: value });
          }}
        />
        <div className="ctl n">
          <span className="lab" aria-hidden="true">
            Clean images, % of the training set
          </span>
          <Segmented
            label="Clean images, per cent of the training set"
            className="s"
            options={RATIOS.map((id) => ({ id, label: id }))}
            value={RATIOS.find((id) => Number(id) / 100 === retrainRatio) ?? '10'}
            disabled={disabled}
            onChange={(id) => {
              set({ retrainRatio: Number(id) / 100 });
            }}
          />
        </div>
      </fieldset>
      <StudyBar
        {...{ status, blocked, runLabel: results === 1 ? 'Measure' : `Measure ${String(results)}` }}
        onRun={() => void study.run()}
        onCancel={() => void study.cancel()}
      />
      <p className="note">
        Everything is computed on this device; one result takes seconds to minutes. What is finished
        is kept while this tab is open, so a cancelled comparison goes on where it stopped.
      </p>
    </section>
  );
}
