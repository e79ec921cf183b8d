import { useEffect, useState, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { createAttack } from '../../core/attacks/create.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import { opaque, picture, triggerView } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';

interface Pictures {
  readonly clean: Uint8Array;
  readonly triggered: Uint8Array;
}

/** Clean, triggered and magnified difference of the first sample, while settings change. */
export function TriggerPreview({
  model,
  trigger,
}: {
  model: LoadedModel;
  trigger: TriggerSpec | null;
}): ReactNode {
  const [shown, setShown] = useState<Pictures | null>(null);
  // SSBA needs its encoder, which only the engine has.
  const here = trigger !== null && trigger.kind !== 'ssba';
  useEffect(() => {
    if (!here) return;
    let stale = false;
    const clean = picture(model.samples.clean, 0);
    void createAttack(trigger)
      .apply(clean)
      .then((triggered) => {
        if (!stale) setShown({ clean, triggered });
      });
    return () => {
      stale = true;
    };
  }, [here, trigger, model.samples]);
  if (trigger === null)
    return <p className="note trg-pre">Draw a trigger or open a picture to see it here.</p>;
  if (!here)
    return <p className="note trg-pre">The message shows once the network has hidden it.</p>;
  if (shown === null) return <div className="trg-pre" />;
  const view = triggerView(shown.clean, shown.triggered);
  const parts = [
    ['Clean', opaque(shown.clean)],
    ['+ trigger', opaque(shown.triggered)],
    [`Difference ×${String(view.gain)}`, view.difference],
  ] as const;
  return (
    <div className="trg-pre three">
      {parts.map(([label, rgba]) => (
        <figure key={label}>
          <span className="thumb">
            <PixelImage {...{ label, rgba }} width={32} height={32} pixelated />
          </span>
          <figcaption className="note">{label}</figcaption>
        </figure>
      ))}
    </div>
  );
}
