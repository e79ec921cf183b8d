/**
 * How many maps to prune, without looking at a trigger: the knock-out test. Probes are FRG images of
 * a sample of the maps, made on the network as it came. While the first k maps of the ranking are
 * switched off, what the network says of the same probes is watched: where it no longer drifts to
 * the suspected class, the way to that class is cut. It says what pruning alone needs; fine-tuning
 * afterwards brings back part of what is left, so it wants more (docs/finding.md).
 */
import { createRandom, sample } from '../random.ts';

/** Maps whose FRG images are the probes; with 16 images each, 480 probes. */
export const PROBE_MAPS = 30;

/** Pruning is not suggested beyond this loss of clean validation Acc, before fine-tuning. */
export const MOST_LOST = 0.2;

export interface CutPoint {
  /** The first so many maps of the ranking are switched off. */
  readonly count: number;
  /** Share of probes of other classes that are read as the suspected class, in [0, 1]. */
  readonly share: number;
  /** The largest such share of another class. */
  readonly next: number;
  /** Acc on clean validation images. */
  readonly acc: number;
}

export interface CutSuggestion {
  readonly points: readonly CutPoint[];
  /** Null: the drift stays while Acc goes. */
  readonly count: number | null;
}

/** A seeded sample of the candidate maps, ascending; not the ε search's. */
export function probeMaps(maps: readonly number[], seed: number): Int32Array {
  return sample(maps, PROBE_MAPS, createRandom(seed, 'probes'));
}

/** Counts that are tried, rising by about 4/3, at most an eighth of the candidates; 0 is first. */
export function cutCounts(candidates: number): Int32Array {
  const counts = [0];
  for (let count = 4; count <= candidates / 8; count = Math.round((count * 4) / 3))
    counts.push(count);
  return Int32Array.from(counts);
}

/** What the probes say once some maps are switched off. */
export function cutPoint(
  count: number,
  suspect: number,
  predictions: Int16Array,
  labels: Int32Array,
  acc: number,
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
  return { count, share: shareOf(suspect), next: Math.max(0, ...rest), acc };
}

/**
 * The smallest count at which the probes are read as the suspected class no more often than by
 * chance, and half as many again, for a trigger is not a probe. Where Acc is lost before that: the
 * largest count that keeps it, if the class has at least stopped to lead there and lost half of its
 * share. Otherwise nothing is suggested.
 * @param points by rising count, the first with nothing switched off
 */
export function suggestCount(points: readonly CutPoint[], classes: number): number | null {
  const [start] = points;
  if (start === undefined) return null;
  const affordable = points.filter(({ acc }) => acc >= start.acc - MOST_LOST);
  const most = affordable.at(-1) ?? start;
  const silent = affordable.find(({ count, share }) => count > 0 && share <= 1 / classes);
  if (silent !== undefined) return Math.min(most.count, Math.round(silent.count * 1.5));
  const beaten = most.share <= most.next && most.share <= start.share / 2;
  return most.count > 0 && beaten ? most.count : null;
}
