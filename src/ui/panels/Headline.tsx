import type { ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { Lens } from '../../store/viewState.ts';
import { topGuesses } from '../../store/outcomes.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { RailButton } from '../lesson/RailButton.tsx';
import { useHidden } from '../useRule.ts';
import { useNames, type Names } from '../useNames.ts';
import { Icon } from '../controls/Icon.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { FILE_PLACE, FileMenu } from '../pages/late.tsx';
import { PageBoundary } from '../pages/PageBoundary.tsx';
import { headline } from '../text/findings.ts';
import { count, percentText, subject, triggerText } from '../text/format.ts';

/** What the model does; only Oracle view says what the trigger is. */
function subtitle(model: LoadedModel | null, lens: Lens, names: Names): string {
  if (model === null) return 'It runs in this browser. Nothing you open leaves this device.';
  const { manifest, plan, probabilities, samples } = model;
  const reads = `It reads ${count(plan.architecture.classes)} ${subject(manifest)}`;
  const { attack: trained } = manifest;
  const { trigger } = model;
  if (lens === 'oracle' && trained === null && trigger === null)
    return `${reads}. It was trained clean: any suspect is a false alarm.`;
  if (lens === 'oracle' && trigger !== null && probabilities.triggered !== null) {
    const { triggered } = probabilities;
    const { classes } = plan.architecture;
    const fooled = samples.labels.findIndex(
      (_, i) => topGuesses(triggered, classes, i, 1)[0]?.class === trigger.target,
    );
    const label = names.full(samples.labels[fooled] ?? -1);
    if (fooled >= 0)
      return `${reads}. Put ${triggerText(trigger)} on “${label}” and it reads “${names.full(trigger.target)}”.`;
  }
  const maps = `${count(plan.maps)} feature maps; a few may obey someone else.`;
  if (manifest.metrics === null)
    return `${reads}. How many clean images it gets right is not measured yet. ${maps}`;
  return `${reads} and gets ${percentText(manifest.metrics.acc.value)} of clean images right. ${maps}`;
}

/** The question of the page, and what you may see while you answer it. */
export function Headline(): ReactNode {
  const app = useApp();
  const model = useAppState((state) => state.session.model);
  const lens = useAppState((state) => state.view.lens);
  const noFiles = useHidden('file');
  const noLens = useHidden('oracle');
  const names = useNames(model?.manifest ?? null);
  return (
    <div className="top">
      <div>
        <h1 tabIndex={-1} data-heading>
          {headline(model?.manifest ?? null)}
        </h1>
        <p className="sub">{subtitle(model, lens, names)}</p>
      </div>
      <div className="right">
        <RailButton />
        {!noFiles && (
          <PageBoundary waiting={FILE_PLACE}>
            <FileMenu />
          </PageBoundary>
        )}
        {!noLens && (
          <Segmented
            label="What you may see"
            className="eye"
            value={lens}
            options={[
              {
                id: 'defender',
                label: (
                  <>
                    <Icon name="shield" />
                    Defender
                  </>
                ),
              },
              {
                id: 'oracle',
                label: (
                  <>
                    <Icon name="eye" />
                    Oracle
                  </>
                ),
              },
            ]}
            onChange={(next) => {
              app.setView({ lens: next });
            }}
          />
        )}
      </div>
    </div>
  );
}
