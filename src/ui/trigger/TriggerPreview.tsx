import { useMemo, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import { opaque, picture, triggerView } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';
import { changeText } from './change.ts';
import { useTriggered } from './useTriggered.ts';

interface Props {
  readonly model: LoadedModel;
  readonly trigger: TriggerSpec | null;
  /** What kept the engine from applying it. */
  readonly onFailed: (reason: string) => void;
}

/** Clean, triggered and magnified difference of the first sample, while settings change. */
export function TriggerPreview({ model, trigger, onFailed }: Props): ReactNode {
  const shown = useTriggered(model, trigger, onFailed);
  const parts = useMemo(() => {
    if (shown === null) return null;
    const { difference, gain } = triggerView(shown.clean, shown.image);
    return [
      ['Clean', opaque(shown.clean)],
      ['With the trigger', opaque(shown.image)],
      [`Difference ×${String(gain)}`, difference],
    ] as const;
  }, [shown]);
  const clean = useMemo(() => opaque(picture(model.samples.clean, 0)), [model.samples]);
  if (trigger === null)
    return (
      <div className="trg-pre">
        <div className="three">
          <Figure label="Clean" rgba={clean} />
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
          <Figure key={label} {...{ label, rgba }} />
        ))}
      </div>
      {isLate ? working(trigger) : <p className="note">{changeText(shown.clean, shown.image)}</p>}
    </div>
  );
}

function Figure(props: {
  readonly label: string;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}): ReactNode {
  return (
    <figure>
      <span className="thumb">
        <PixelImage {...props} width={32} height={32} pixelated />
      </span>
      <figcaption className="note">{props.label}</figcaption>
    </figure>
  );
}

function working({ kind }: TriggerSpec): ReactNode {
  return (
    <p className="note" role="status">
      {kind === 'ssba' ? 'Fetching the encoder that hides the message, 2.1 MB.' : ''}
    </p>
  );
}
