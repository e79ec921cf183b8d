import type { ReactNode } from 'react';
import type { NetworkPlan } from '../../core/network/plan.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { mapName } from '../text/mapText.ts';

/** Puts the card of the map that is looked at below the chart, or takes it away again. */
export function PinButton({ plan, map }: { plan: NetworkPlan; map: number }): ReactNode {
  const { maps } = useApp();
  const isPinned = useAppState((state) => state.view.pins.includes(map));
  return (
    <button
      id="pin-map"
      type="button"
      className="link sm slow-l"
      aria-label={`Pin the card of ${mapName(plan, map)}`}
      aria-pressed={isPinned}
      onClick={() => {
        if (isPinned) maps.unpin(map);
        else maps.pin(map);
      }}
    >
      <Icon name="pin" />
      {isPinned ? 'Unpin' : 'Pin card'}
    </button>
  );
}
