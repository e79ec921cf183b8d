import type { ReactNode } from 'react';
import type { NetworkPlan } from '../../core/network/plan.ts';
import { PRUNED, type Cut, type Scored } from '../../store/scoring.ts';
import type { MapRange } from '../../store/viewState.ts';
import { useApp } from '../AppContext.ts';
import { leaving } from '../leave.ts';
import { count, percentText, plural } from '../text/format.ts';
import { mapName } from '../text/mapText.ts';

interface Props {
  readonly plan: NetworkPlan;
  readonly scored: Scored;
  readonly cut: Cut | null;
  readonly range: MapRange;
}

/** What the marked maps have in common. */
export function RangeBar({ plan, scored, cut, range }: Props): ReactNode {
  const app = useApp();
  const rows = Array.from(scored.suspicion.keys()).filter((row) => {
    const map = scored.table.maps[row] ?? -1;
    return map >= range.from && map <= range.to;
  });
  const scores = rows.map((row) => scored.suspicion[row] ?? 0).sort((a, b) => a - b);
  const median = scores[scores.length >> 1] ?? 0;
  const pruned = rows.filter((row) => cut?.verdict[row] === PRUNED).length;
  return (
    <p className="range-b num" role="status">
      <span>
        <b>{plural(rows.length, 'map')}</b>, {mapName(plan, range.from)} to{' '}
        {mapName(plan, range.to)}: median {percentText(median, 0)}
        {cut !== null && `, ${count(pruned)} pruned`}
      </span>
      <button type="button" className="link sm" onClick={leaving(() => app.maps.mark(null))}>
        Clear the range
      </button>
    </p>
  );
}
