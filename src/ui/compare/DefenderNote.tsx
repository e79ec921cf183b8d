import type { ReactNode } from 'react';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { useHidden } from '../useRule.ts';

/** Oracle view is on: numbers that were made with a trigger may be on show. */
export function useSees(): boolean {
  return useAppState((state) => state.view.lens === 'oracle');
}

/** In Defender view: what is missing here, why, and how to see it. */
export function DefenderNote(): ReactNode {
  const app = useApp();
  const sees = useSees();
  const noLens = useHidden('oracle');
  if (sees) return null;
  return (
    <p className="orac def">
      <Icon name="shield" />
      <span>
        <b>Defender view.</b> ASR, RA and whatever the oracle chose are made with the trigger,
        recorded ones too, so they are hidden here as in the lab. The paper’s own values are
        published and stay.{' '}
        {!noLens && (
          <button
            type="button"
            className="link"
            onClick={() => {
              app.setView({ lens: 'oracle' });
            }}
          >
            Show them in Oracle view
          </button>
        )}
      </span>
    </p>
  );
}
