import type { ReactNode } from 'react';
import { convsInScope, type MapScope, type NetworkPlan } from '../../core/network/plan.ts';
import { useApp } from '../AppContext.ts';
import { plural } from '../text/format.ts';

interface Props {
  readonly plan: NetworkPlan;
  readonly scope: MapScope;
  /** Order of the one layer on show; null: all. */
  readonly layer: number | null;
}

/** All layers together, or one of them alone and larger; chart and table follow. */
export function LayerChoice({ plan, scope, layer }: Props): ReactNode {
  const app = useApp();
  return (
    <select
      className="sel"
      aria-label="Layers on show"
      value={layer === null ? '' : String(layer)}
      onChange={({ currentTarget: { value } }) => {
        app.setView({ layer: value === '' ? null : Number(value) });
      }}
    >
      <option value="">All layers</option>
      {convsInScope(plan, scope).map(({ order, name, outChannels }) => (
        <option key={order} value={String(order)}>
          {name}, {plural(outChannels, 'map')}
        </option>
      ))}
    </select>
  );
}
