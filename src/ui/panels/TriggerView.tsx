import { useMemo, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { isBusy, isReady } from '../../store/selectors.ts';
import type { Lens } from '../../store/viewState.ts';
import { useAppState } from '../AppContext.ts';
import { useHidden } from '../useRule.ts';
import { picture, triggerView } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';
import { Veil } from '../controls/Veil.tsx';
import { triggerText } from '../text/format.ts';
import { TriggerDialog } from '../trigger/TriggerDialog.tsx';

/** The trigger, magnified, and what it changes; for the defender two veils. */
export function TriggerView({ model, lens }: { model: LoadedModel; lens: Lens }): ReactNode {
  const { samples, trigger } = model;
  const busy = useAppState((state) => isBusy(state) || !isReady(state));
  const isFixed = useHidden('trigger');
  const trained = useAppState((state) => state.session.modelTrigger);
  const isOther = trained !== null && trigger !== trained;
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
  if (view === null)
    return (
      <div className="trig">
        <p className="note">
          {model.manifest.attack === null
            ? 'A clean model: it has no trigger.'
            : 'The file does not say what the trigger is.'}
        </p>
        {!isFixed && <TriggerDialog model={model} disabled={busy} />}
      </div>
    );
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
        {trigger === null
          ? 'The triggered images that came with the file'
          : `The trigger: ${triggerText(trigger)}`}
        {view.side < 32 ? ', magnified' : ''}; difference ×{view.gain}.
      </p>
      {isOther && (
        <p className="note moved" role="status">
          Not the trigger that this network was trained with. ASR beside it says how much of the
          backdoor answers to it.
        </p>
      )}
      {!isFixed && <TriggerDialog model={model} disabled={busy} />}
    </div>
  );
}
