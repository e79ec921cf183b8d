import { useCallback, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { locateMap } from '../../core/network/plan.ts';
import { isReady } from '../../store/selectors.ts';
import { PRUNED, TIED, type Cut, type Scored } from '../../store/scoring.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { useNames } from '../useNames.ts';
import type { CardPlace } from '../charts/FrgChart.tsx';
import { HoverCard } from '../charts/HoverCard.tsx';
import { Glyph } from '../controls/Glyph.tsx';
import { count } from '../text/format.ts';

interface Props {
  readonly place: CardPlace;
  readonly scored: Scored;
  readonly cut: Cut | null;
  readonly model: LoadedModel;
}

/** The image to show for a row: one that FRG moved to the suspected class, else the first. */
export function telling(scored: Scored, row: number): number {
  const { labels, predictions } = scored.table;
  const n = labels.length;
  const suspect = scored.suspect?.class ?? -1;
  const images = Array.from({ length: n }, (_, image) => image);
  const moved = (image: number): boolean => predictions[row * n + image] !== labels[image];
  return (
    images.find((image) => moved(image) && predictions[row * n + image] === suspect) ??
    images.find(moved) ??
    0
  );
}

/** The hover card with the words that belong to one map. */
export function MapCard({ place, scored, cut, model }: Props): ReactNode {
  const { run } = useApp();
  const names = useNames(model.manifest);
  const sweep = useAppState((state) => state.results.sweep);
  const score = useAppState((state) => state.run.spec.score);
  const busy = useAppState((state) => state.run.status === 'running' || !isReady(state));
  const { row } = place;
  const { table } = scored;
  const map = table.maps[row] ?? 0;
  const image = telling(scored, row);
  const inspect = useCallback(
    () => (busy ? Promise.resolve(null) : run.inspect(map, image)),
    [run, map, image, busy],
  );
  const { conv, channel } = locateMap(model.plan, map);
  const n = table.labels.length;
  const to = scored.suspect?.class ?? -1;
  let hits = 0;
  for (let i = 0; i < n; i++) {
    const predicted = table.predictions[row * n + i];
    if (predicted !== table.labels[i] && (score !== 'targetShare' || predicted === to)) hits++;
  }
  const turned =
    score === 'targetShare'
      ? `${count(hits)} of ${count(n)} images turn into ${names.isHidden ? 'one class' : `“${names.short(to)}”`}.`
      : `${count(hits)} of ${count(n)} images are misread.`;
  const verdict = cut?.verdict[row];
  const words =
    verdict === PRUNED
      ? 'Pruned.'
      : verdict === TIED
        ? 'Kept, tied.'
        : verdict === 0
          ? 'Kept.'
          : '';
  return (
    <HoverCard
      {...{ place, map, inspect }}
      eps={sweep?.eps ?? 0}
      imageName={(label) => (names.isHidden && label === to ? 'one class' : names.full(label))}
      text={{
        name: `${conv.name.replace('.shortcut.0', '.shortcut')} · ${String(channel)}`,
        rank: cut === null ? '' : `rank ${count(scored.rank[row] ?? 0)}`,
        verdict: words,
        why: turned,
        glyph: <Glyph name={verdict === PRUNED ? 'cut' : verdict === TIED ? 'tie' : 'kept'} />,
      }}
    />
  );
}
