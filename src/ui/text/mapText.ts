/** The words that belong to one feature map. */
import type { LoadedModel } from '../../bridge/protocol.ts';
import { type ScoreName, UNASKED } from '../../core/frg/score.ts';
import { locateMap, type NetworkPlan } from '../../core/network/plan.ts';
import { PRUNED, SPARED, TIED, type Cut, type Scored } from '../../store/scoring.ts';
import type { GlyphName } from '../controls/Glyph.tsx';
import type { Names } from '../useNames.ts';
import { count, percent, percentText } from './format.ts';

export interface MapText {
  /** "layer2.0.conv1 · 12" */
  readonly name: string;
  /** "rank 5"; empty until every map is scored. */
  readonly rank: string;
  /** "Pruned.", or empty until there is a verdict. */
  readonly verdict: string;
  readonly glyph: GlyphName;
  /** What FRG did, in images. */
  readonly why: string;
  /** What the map scored in the sweep before; null: not compared. */
  readonly before: string | null;
}

const VERDICTS: Readonly<Record<number, readonly [string, GlyphName]>> = {
  0: ['Kept.', 'kept'],
  [PRUNED]: ['Pruned.', 'cut'],
  [TIED]: ['Kept, tied.', 'tie'],
  [SPARED]: ['Kept by hand.', 'spared'],
};

/** "layer2.0.conv1 · 12" */
export function mapName(plan: NetworkPlan, map: number): string {
  const { conv, channel } = locateMap(plan, map);
  return `${conv.name.replace('.shortcut.0', '.shortcut')} · ${String(channel)}`;
}

/** The image to show for a row: one that FRG moved to the suspected class, else the first. */
export function telling(scored: Scored, row: number): number {
  const { labels, predictions } = scored.table;
  const n = labels.length;
  const suspect = scored.suspect?.class ?? -1;
  const images = Array.from({ length: n }, (_, image) => image);
  const moved = (image: number): boolean => {
    const predicted = predictions[row * n + image];
    return predicted !== UNASKED && predicted !== labels[image];
  };
  return (
    images.find((image) => moved(image) && predictions[row * n + image] === suspect) ??
    images.find(moved) ??
    0
  );
}

function turned({ table, suspect }: Scored, row: number, score: ScoreName, names: Names): string {
  const n = table.labels.length;
  const to = suspect?.class ?? -1;
  let hits = 0;
  let asked = 0;
  for (let i = 0; i < n; i++) {
    const predicted = table.predictions[row * n + i];
    if (predicted === UNASKED) continue;
    asked++;
    if (predicted !== table.labels[i] && (score !== 'targetShare' || predicted === to)) hits++;
  }
  return score === 'targetShare'
    ? `${count(hits)} of ${count(asked)} images turn into ${names.isHidden ? 'one class' : `“${names.short(to)}”`}.`
    : `${count(hits)} of ${count(asked)} images are misread.`;
}

/** "31 % in the run before."; null where the map was not scored there. */
function scoreBefore(before: Scored | null, map: number): string | null {
  const row = before?.table.maps.indexOf(map) ?? -1;
  const share = before?.suspicion[row];
  return share === undefined ? null : `${percentText(share, 0)} in the run before.`;
}

/** "layer2.0.conv1 · 12: 34.1 percent, rank 5, pruned" */
export function spokenMap(plan: NetworkPlan, scored: Scored, row: number, cut: Cut | null): string {
  const score = `${percent(scored.suspicion[row] ?? 0)} percent`;
  const name = mapName(plan, scored.table.maps[row] ?? 0);
  if (cut === null) return `${name}: ${score}`;
  const [verdict] = VERDICTS[cut.verdict[row] ?? 0] ?? [''];
  const rank = `rank ${count(scored.rank[row] ?? 0)}`;
  return `${name}: ${score}, ${rank}, ${verdict.replace('.', '').toLowerCase()}`;
}

/**
 * What a card says of the map of a row.
 * @param before the sweep before, where it is on show
 */
export function mapText(
  { plan }: Pick<LoadedModel, 'plan'>,
  scored: Scored,
  row: number,
  cut: Cut | null,
  before: Scored | null,
  score: ScoreName,
  names: Names,
): MapText {
  const map = scored.table.maps[row] ?? 0;
  const [verdict, glyph] = VERDICTS[cut?.verdict[row] ?? -1] ?? ['', 'kept'];
  return {
    name: mapName(plan, map),
    rank: cut === null ? '' : `rank ${count(scored.rank[row] ?? 0)}`,
    ...{ verdict, glyph },
    why: turned(scored, row, score, names),
    before: scoreBefore(before, map),
  };
}
