import { useMemo, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { roleOf, topGuesses, type SampleOutcome } from '../../store/outcomes.ts';
import { targetOf } from '../../store/selectors.ts';
import type { Lens } from '../../store/viewState.ts';
import { opaque, picture } from '../charts/pixels.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { Icon } from '../controls/Icon.tsx';
import { PixelImage } from '../controls/PixelImage.tsx';
import { Veil } from '../controls/Veil.tsx';
import { useNames } from '../useNames.ts';

interface SampleProps {
  readonly model: LoadedModel;
  readonly index: number;
  readonly triggered: boolean;
}

function Sample({ model, index, triggered }: SampleProps): ReactNode {
  const { manifest, samples, probabilities, plan } = model;
  const names = useNames(manifest);
  const images = triggered ? samples.triggered : samples.clean;
  const values = triggered ? probabilities.triggered : probabilities.clean;
  const rgba = useMemo(
    () => (images === null ? null : opaque(picture(images, index))),
    [images, index],
  );
  if (rgba === null || values === null) return null;
  const label = samples.labels[index] ?? 0;
  const guess = topGuesses(values, plan.architecture.classes, index, 1)[0]?.class ?? 0;
  const role: SampleOutcome = roleOf(guess, label, triggered ? targetOf(model) : null);
  return (
    <div>
      <span className="thumb">
        <PixelImage
          label={`${triggered ? 'Triggered' : 'Clean'} image: ${names.full(label)}`}
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
        <span title={names.full(guess)}>{names.short(guess)}</span>
      </div>
    </div>
  );
}

/** One image, clean and triggered, with what the network reads. */
export function SamplePair({
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
