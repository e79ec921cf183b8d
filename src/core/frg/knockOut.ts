/**
 * How many maps to prune, without looking at a trigger: the knock-out test. Probes are FRG images of
 * a sample of the maps, made on the network as it came. While the first k maps of the ranking are
 * switched off, what the network says of the same probes is watched: where it no longer drifts to
 * the suspected class, the way to that class is cut. That is what pruning alone needs. Fine-tuning
 * brings back part of what is left, and the same probes tell: so larger counts are pruned and
 * fine-tuned as a run would, until the probes stay silent (docs/finding.md).
 */
import { createRandom, sample } from '../random.ts';

/** Maps whose FRG images are the probes; with 16 images each, 480 probes. */
export const PROBE_MAPS = 30;

/** Pruning is not suggested beyond this loss of clean validation Acc, before fine-tuning. */
export const MOST_LOST = 0.2;
/** The same, after fine-tuning. */
export const MOST_LOST_TUNED = 0.05;

/** Counts that are tried: from so many maps to this share of the candidates. */
const FEWEST_CUT = 4;
const MOST_CUT = 1 / 8;

export interface CutPoint {
  /** The first so many maps of the ranking are switched off. */
  readonly count: number;
  /** Whether the network was then fine-tuned. */
  readonly tuned: boolean;
  /** Share of probes of other classes that are read as the suspected class, in [0, 1]. */
  readonly share: number;
  /** The largest such share of another class. */
  readonly next: number;
  /** Acc on clean validation images. */
  readonly acc: number;
}

export interface CutSuggestion {
  /** Without fine-tuning by rising count, then with it by rising count. */
  readonly points: readonly CutPoint[];
  /** Null: the drift stays, or comes back, while Acc goes. */
  readonly count: number | null;
}

/** A seeded sample of the candidate maps, ascending; not the ε search's. */
export function probeMaps(maps: readonly number[], seed: number): Int32Array {
  return sample(maps, PROBE_MAPS, createRandom(seed, 'probes'));
}

/** Counts that are tried, rising by about 4/3, at most an eighth of the candidates; 0 is first. */
export function cutCounts(candidates: number): Int32Array {
  const counts = [0];
  for (let count = FEWEST_CUT; count <= candidates * MOST_CUT; count = Math.round((count * 4) / 3))
    counts.push(count);
  return Int32Array.from(counts);
}

/**
 * Counts that are tried with fine-tuning, the first of them what pruning alone needs, rising by half.
 * Where that is not known: what Acc allows without fine-tuning.
 * @param points without fine-tuning
 */
export function tunedCounts(
  points: readonly CutPoint[],
  classes: number,
  candidates: number,
): Int32Array {
  const most = Math.floor(candidates * MOST_CUT);
  const first = silentCount(points, classes) ?? affordable(points).at(-1)?.count ?? 0;
  const counts: number[] = [];
  let count = Math.min(most, Math.max(FEWEST_CUT, first));
  for (; count > 0 && count <= most; count = Math.ceil(count * 1.5)) counts.push(count);
  return Int32Array.from(counts);
}

/** What the probes say of a network. @param suspect the suspected class */
export function cutPoint(
  { count, tuned, acc }: Pick<CutPoint, 'count' | 'tuned' | 'acc'>,
  suspect: number,
  predictions: Int16Array,
  labels: Int32Array,
): CutPoint {
  const hits = new Map<number, number>();
  const others = new Map<number, number>();
  for (const label of labels) others.set(label, (others.get(label) ?? 0) + 1);
  predictions.forEach((k, i) => {
    if (k !== labels[i]) hits.set(k, (hits.get(k) ?? 0) + 1);
  });
  const shareOf = (k: number): number =>
    (hits.get(k) ?? 0) / Math.max(1, labels.length - (others.get(k) ?? 0));
  const rest = [...hits.keys()].filter((k) => k !== suspect).map(shareOf);
  return { count, tuned, share: shareOf(suspect), next: Math.max(0, ...rest), acc };
}

/** Whether the probes are read as the suspected class no more often than by chance. */
export function isSilent({ share }: CutPoint, classes: number): boolean {
  return share <= 1 / classes;
}

/** Whether larger counts without fine-tuning would say nothing more. @param points without it */
export function aloneIsDone(
  points: readonly CutPoint[],
  classes: number,
  candidates: number,
): boolean {
  const [start, last] = [points[0], points.at(-1)];
  if (start === undefined || last === undefined || last.count === 0) return false;
  const isLast = last.count === cutCounts(candidates).at(-1);
  return isLast || isSilent(last, classes) || last.acc < start.acc - MOST_LOST;
}

/** Points without fine-tuning that keep enough Acc for pruning. */
function affordable(points: readonly CutPoint[]): readonly CutPoint[] {
  const [start] = points;
  return points.filter(({ acc, tuned }) => !tuned && acc >= (start?.acc ?? 1) - MOST_LOST);
}

/**
 * How many maps to prune. Where counts were tried with fine-tuning, the smallest of them that leaves
 * the probes silent and keeps Acc; else what pruning alone needs. Null: nothing is suggested.
 * @param points see `CutSuggestion`; the first with nothing switched off
 */
export function suggestCount(points: readonly CutPoint[], classes: number): number | null {
  const [start] = points;
  const tuned = points.filter((point) => point.tuned);
  if (start === undefined || tuned.length === 0) return silentCount(points, classes);
  const kept = tuned.filter(({ acc }) => acc >= start.acc - MOST_LOST_TUNED);
  return kept.find((point) => isSilent(point, classes))?.count ?? null;
}

/**
 * The smallest count at which the probes are read as the suspected class no more often than by
 * chance. Where Acc is lost before that: the largest count that keeps it, if the class has at least
 * stopped to lead there and lost half of its share. Otherwise null.
 */
function silentCount(points: readonly CutPoint[], classes: number): number | null {
  const [start] = points;
  if (start === undefined) return null;
  const kept = affordable(points);
  const most = kept.at(-1) ?? start;
  const silent = kept.find((point) => point.count > 0 && isSilent(point, classes));
  if (silent !== undefined) return silent.count;
  const beaten = most.share <= most.next && most.share <= start.share / 2;
  return most.count > 0 && beaten ? most.count : null;
}
