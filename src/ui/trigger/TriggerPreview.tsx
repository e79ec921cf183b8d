import { useMemo, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { TriggerOf, TriggerSpec } from '../../core/attacks/trigger.ts';
import { opaque, picture, triggerView } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';
import { PlacePad } from './PlacePad.tsx';
import { changeText } from './change.ts';
import { useTriggered } from './useTriggered.ts';

interface Props {
  readonly model: LoadedModel;
  readonly trigger: TriggerSpec | null;
  /** What kept the engine from applying it. */
  readonly onFailed: (reason: string) => void;
  readonly onMove: (trigger: TriggerSpec) => void;
}

const TRIGGERED = 'With the trigger';

/** Clean, triggered and magnified difference of the first sample, while settings change. */
export function TriggerPreview({ model, trigger, onFailed, onMove }: Props): ReactNode {
  const shown = useTriggered(model, trigger, onFailed);
  const parts = useMemo(() => {
    if (shown === null) return null;
    const { difference, gain } = triggerView(shown.clean, shown.image);
    return [
      ['Clean', opaque(shown.clean)],
      [TRIGGERED, opaque(shown.image)],
      [`Difference ×${String(gain)}`, difference],
    ] as const;
  }, [shown]);
  const clean = useMemo(() => opaque(picture(model.samples.clean, 0)), [model.samples]);
  if (trigger === null)
    return (
      <div className="trg-pre">
        <div className="three">
          <Figure label="Clean" rgba={clean} movable={null} onMove={onMove} />
          <p className="note none">Draw a trigger or open a picture to see what it changes.</p>
        </div>
      </div>
    );
  if (shown === null || parts === null)
    return <div className="trg-pre blank">{working(trigger)}</div>;
  const isLate = shown.trigger.kind !== trigger.kind;
  return (
    <div className="trg-pre">
      <div className={isLate ? 'three late' : 'three'}>
        {parts.map(([label, rgba]) => (
          <Figure
            key={label}
            {...{ label, rgba, onMove }}
            movable={label === TRIGGERED && trigger.kind === 'ownPatch' ? trigger : null}
          />
        ))}
      </div>
      {isLate ? (
        working(trigger)
      ) : (
        <p className="note">
          {changeText(shown.clean, shown.image)}
          {trigger.kind === 'ownPatch' && ' Drag the sticker to its place, or use the arrow keys.'}
        </p>
      )}
    </div>
  );
}

function Figure(props: {
  readonly label: string;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Null: nothing on it can be moved. */
  readonly movable: TriggerOf<'ownPatch'> | null;
  readonly onMove: (trigger: TriggerSpec) => void;
}): ReactNode {
  const { label, rgba, movable, onMove } = props;
  const image = <PixelImage {...{ label, rgba }} width={32} height={32} pixelated />;
  return (
    <figure>
      {movable === null ? (
        <span className="thumb">{image}</span>
      ) : (
        <PlacePad trigger={movable} onMove={onMove}>
          {image}
        </PlacePad>
      )}
      <figcaption className="note">{label}</figcaption>
    </figure>
  );
}

function working({ kind }: TriggerSpec): ReactNode {
  return (
    <p className="note" role="status">
      {kind === 'ssba' ? 'Fetching the encoder that hides the message, 2.1\u00a0MB.' : ''}
    </p>
  );
}
