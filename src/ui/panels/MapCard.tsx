import { useCallback, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { isReady } from '../../store/selectors.ts';
import type { Cut, Scored } from '../../store/scoring.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { useNames } from '../useNames.ts';
import type { CardPlace } from '../charts/FrgChart.tsx';
import { HoverCard } from '../charts/HoverCard.tsx';
import { mapText, telling } from '../text/mapText.ts';

interface Props {
  readonly place: CardPlace;
  readonly scored: Scored;
  readonly cut: Cut | null;
  /** The sweep before, where it is on show. */
  readonly before: Scored | null;
  readonly model: LoadedModel;
}

/** The hover card with the words that belong to one map. */
export function MapCard({ place, scored, cut, before, model }: Props): ReactNode {
  const { maps } = useApp();
  const names = useNames(model.manifest);
  const sweep = useAppState((state) => state.results.sweep);
  const score = useAppState((state) => state.run.spec.score);
  const busy = useAppState((state) => state.run.status === 'running' || !isReady(state));
  const comes = useAppState(({ session }) => session.loading !== null);
  const { row } = place;
  const map = scored.table.maps[row] ?? 0;
  const image = telling(scored, row);
  const inspect = useCallback(
    () => (busy ? Promise.resolve(null) : maps.inspect(map, image)),
    [maps, map, image, busy],
  );
  const to = scored.suspect?.class ?? -1;
  return (
    <HoverCard
      {...{ place, map, inspect }}
      eps={sweep?.eps ?? 0}
      waiting={
        comes
          ? 'Pictures come with the weights.'
          : 'Pictures are not available while the engine works.'
      }
      imageName={(label) => (names.isHidden && label === to ? 'one class' : names.full(label))}
      text={mapText(model, scored, row, cut, before, score, names)}
    />
  );
}
