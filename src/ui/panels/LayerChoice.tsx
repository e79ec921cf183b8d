import type { ReactNode } from 'react';
import { convsInScope, type MapScope, type NetworkPlan } from '../../core/network/plan.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { plural } from '../text/format.ts';

/** All layers together, or one of them alone and larger; chart and table follow. */
export function LayerChoice({ plan, scope }: { plan: NetworkPlan; scope: MapScope }): ReactNode {
  const app = useApp();
  const layer = useAppState((state) => state.view.layer);
  const convs = convsInScope(plan, scope);
  const known = convs.some(({ order }) => order === layer);
  return (
    <select
      className="sel"
      aria-label="Layers on show"
      value={known && layer !== null ? String(layer) : ''}
      onChange={({ currentTarget: { value } }) => {
        app.setView({ layer: value === '' ? null : Number(value) });
      }}
    >
      <option value="">All layers</option>
      {convs.map(({ order, name, outChannels }) => (
        <option key={order} value={String(order)}>
          {name}, {plural(outChannels, 'map')}
        </option>
      ))}
    </select>
  );
}
