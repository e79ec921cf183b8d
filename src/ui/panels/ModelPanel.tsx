import type { ReactNode } from 'react';
import { ruleOf } from '../../store/controlRules.ts';
import { occupation } from '../../store/occupation.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { OWN_ID } from '../../store/ownState.ts';
import { ModelPicker } from '../controls/ModelPicker.tsx';
import { SamplePair } from './SamplePair.tsx';
import { TriggerView } from './TriggerView.tsx';

/** Pairs shown; the predictions table uses the same images. */
const SHOWN = 4;

/** Empty places of the images, so that nothing moves when they arrive. */
function Waiting({ text }: { text: string }): ReactNode {
  return (
    <>
      <p className="note pair-h one">{text}</p>
      <ul className="pairs" aria-hidden="true">
        {Array.from({ length: SHOWN }, (_, index) => (
          <li key={index} className="pair">
            <div className="hole" />
            <span />
            <div className="hole" />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Column 1: which network, what it reads, and what the trigger does to it. */
export function ModelPanel(): ReactNode {
  const { own } = useApp();
  const { models, model, loading, unloaded } = useAppState((state) => state.session);
  const used = useAppState((state) => state.own.used);
  const lens = useAppState((state) => state.view.lens);
  const picker = useAppState((state) => ruleOf(state, 'model'));
  const taken = useAppState(occupation) !== null;
  const shown = Math.min(SHOWN, model?.samples.labels.length ?? 0);
  return (
    <section className="panel p-model" aria-labelledby="h-model">
      <div className="ph">
        <span className="n">1</span>
        <h2 id="h-model">Model &amp; trigger</h2>
      </div>
      {picker !== 'hidden' && (
        <ModelPicker
          disabled={picker === 'locked' || taken}
          models={models}
          value={loading?.id ?? model?.manifest.id ?? unloaded?.id ?? null}
          showAsr={lens === 'oracle'}
          own={model?.manifest.id === OWN_ID ? model.manifest : (used?.facts ?? null)}
          shown={model?.manifest ?? null}
          onChange={(id) => void own.pick(id)}
          onBring={() => {
            own.show();
          }}
        />
      )}
      {model === null || (loading !== null && loading.id !== model.manifest.id) ? (
        <Waiting text={loading === null ? 'No model is loaded.' : 'Sample images follow.'} />
      ) : (
        <>
          <div className="pair-h" aria-hidden="true">
            <span>Clean</span>
            <span />
            <span>+ trigger</span>
          </div>
          <ul className="pairs">
            {Array.from({ length: shown }, (_, index) => (
              <SamplePair key={index} {...{ model, index, lens }} />
            ))}
          </ul>
          <TriggerView {...{ model, lens }} />
        </>
      )}
    </section>
  );
}
