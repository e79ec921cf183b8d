import { useMemo, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { roleOf, topGuesses, type SampleOutcome } from '../../store/outcomes.ts';
import type { Lens } from '../../store/state.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { opaque, picture, triggerView } from '../charts/pixels.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { Icon } from '../controls/Icon.tsx';
import { ModelPicker } from '../controls/ModelPicker.tsx';
import { PixelImage } from '../controls/PixelImage.tsx';
import { Veil } from '../controls/Veil.tsx';
import { className, shortName } from '../text/format.ts';

/** Pairs shown; the predictions table uses the same images. */
const SHOWN = 4;

interface SampleProps {
  readonly model: LoadedModel;
  readonly index: number;
  readonly triggered: boolean;
}

function Sample({ model, index, triggered }: SampleProps): ReactNode {
  const { manifest, samples, probabilities, plan } = model;
  const images = triggered ? samples.triggered : samples.clean;
  const values = triggered ? probabilities.triggered : probabilities.clean;
  const rgba = useMemo(
    () => (images === null ? null : opaque(picture(images, index))),
    [images, index],
  );
  if (rgba === null || values === null) return null;
  const label = samples.labels[index] ?? 0;
  const guess = topGuesses(values, plan.architecture.classes, index, 1)[0]?.class ?? 0;
  const role: SampleOutcome = roleOf(
    guess,
    label,
    triggered ? (manifest.attack?.target ?? null) : null,
  );
  return (
    <div>
      <span className="thumb">
        <PixelImage
          label={`${triggered ? 'Triggered' : 'Clean'} image: ${className(manifest, label)}`}
          width={32}
          height={32}
          rgba={rgba}
        />
      </span>
      <div className={role === 'fooled' ? 'cap t' : 'cap'}>
        <Glyph
          name={role}
          label={
            role === 'right'
              ? 'read right:'
              : role === 'fooled'
                ? 'read as the target:'
                : 'misread:'
          }
        />
        <span>{shortName(manifest, guess)}</span>
      </div>
    </div>
  );
}

function Pair({
  model,
  index,
  lens,
}: {
  model: LoadedModel;
  index: number;
  lens: Lens;
}): ReactNode {
  const hasTrigger = model.samples.triggered !== null;
  return (
    <li className="pair">
      <Sample {...{ model, index }} triggered={false} />
      <span className="ar">
        <Icon name="arrow" />
      </span>
      {lens === 'oracle' && hasTrigger ? (
        <Sample {...{ model, index }} triggered />
      ) : (
        <div>
          {lens === 'oracle' ? (
            <div className="veil sq none">no trigger</div>
          ) : (
            <Veil className="sq" />
          )}
          <div className="cap">&nbsp;</div>
        </div>
      )}
    </li>
  );
}

function Trigger({ model, lens }: { model: LoadedModel; lens: Lens }): ReactNode {
  const { samples, manifest } = model;
  const view = useMemo(
    () =>
      samples.triggered === null
        ? null
        : triggerView(picture(samples.clean, 0), picture(samples.triggered, 0)),
    [samples],
  );
  if (lens === 'defender')
    return (
      <div className="trig">
        <div className="trig-v">
          <Veil className="sq" />
          <Veil className="sq" />
        </div>
        <p className="note">The trigger, if there is one, is hidden from the defender.</p>
      </div>
    );
  if (view === null || manifest.attack === null)
    return (
      <div className="trig">
        <p className="note">A clean model: it has no trigger.</p>
      </div>
    );
  const what =
    manifest.attack.kind === 'badnets'
      ? `${String(manifest.attack.patch.size)} × ${String(manifest.attack.patch.size)} pixels`
      : 'a blended picture';
  return (
    <div className="trig">
      <div className="trig-v">
        <span className="thumb">
          <PixelImage
            pixelated
            label="The trigger, magnified"
            width={view.side}
            height={view.side}
            rgba={view.magnified}
          />
        </span>
        <span className="thumb">
          <PixelImage
            pixelated
            label="Difference between triggered and clean image"
            width={32}
            height={32}
            rgba={view.difference}
          />
        </span>
      </div>
      <p className="note">
        The trigger: {what}
        {view.side < 32 ? ', magnified' : ''}; difference ×{view.gain}.
      </p>
    </div>
  );
}

/** Column 1: which network, what it reads, and what the trigger does to it. */
export function ModelPanel(): ReactNode {
  const { run } = useApp();
  const { models, model, loading } = useAppState((state) => state.session);
  const lens = useAppState((state) => state.view.lens);
  const shown = Math.min(SHOWN, model?.samples.labels.length ?? 0);
  return (
    <section className="panel p-model" aria-labelledby="h-model">
      <div className="ph">
        <span className="n">1</span>
        <h2 id="h-model">Model &amp; trigger</h2>
      </div>
      <ModelPicker
        models={models}
        value={loading?.id ?? model?.manifest.id ?? null}
        showAsr={lens === 'oracle'}
        onChange={(id) => void run.load(id)}
      />
      {model === null || loading !== null ? (
        <p className="note gap">
          {loading === null ? 'No model is loaded.' : 'Sample images follow with the model.'}
        </p>
      ) : (
        <>
          <div className="pair-h" aria-hidden="true">
            <span>Clean</span>
            <span />
            <span>+ trigger</span>
          </div>
          <ul className="pairs">
            {Array.from({ length: shown }, (_, index) => (
              <Pair key={index} {...{ model, index, lens }} />
            ))}
          </ul>
          <Trigger {...{ model, lens }} />
        </>
      )}
    </section>
  );
}
