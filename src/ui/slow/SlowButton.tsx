import { lazy, useState, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { locateMap } from '../../core/network/plan.ts';
import { isReady } from '../../store/selectors.ts';
import type { Sweep } from '../../store/resultsState.ts';
import { useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { PageBoundary } from '../pages/PageBoundary.tsx';

const SlowMotion = lazy(() =>
  import('./SlowMotion.tsx').then((part) => ({ default: part.SlowMotion })),
);

interface Props {
  readonly model: LoadedModel;
  readonly sweep: Sweep;
  readonly map: number;
  readonly image: number;
}

/** Opens the slow motion of the map whose card is open. */
export function SlowButton(props: Props): ReactNode {
  const [open, setOpen] = useState(false);
  const ready = useAppState((state) => isReady(state) && state.run.status !== 'running');
  const { conv, channel } = locateMap(props.model.plan, props.map);
  return (
    <>
      <button
        type="button"
        className="link sm slow-l"
        aria-label={`Slow motion: ${conv.name} · ${String(channel)}`}
        disabled={!ready}
        onClick={() => {
          setOpen(true);
        }}
      >
        <Icon name="run" filled />
        Slow motion
      </button>
      {open && (
        <PageBoundary what="Slow motion" waiting={null}>
          <SlowMotion
            {...props}
            onClose={() => {
              setOpen(false);
            }}
          />
        </PageBoundary>
      )}
    </>
  );
}
