/**
 * ε without looking at triggers. A small patch answers to a large ε, a faint global pattern to a
 * small one; and while a larger ε names the target ever more clearly, it ranks the maps worse. So a
 * few images and a sample of the maps are swept at growing ε, and the first that names a class by
 * the full margin wins. A warp never does; it is seen while images are still read right, or not. A
 * smooth pattern is seen by smooth perturbations.
 */
import { createRandom, sample } from '../random.ts';
import type { FrgBound } from './bound.ts';
import { neededMargin, type Suspect } from './score.ts';

/** Bounds, pixels in [0, 1], ascending. */
export const EPS_CANDIDATES: readonly number[] = [8, 16, 32, 64, 128].map((k) => k / 255);

/**
 * Where none of them names a class, the trigger may be a smooth pattern. At this ε a clean network
 * hardly answers to one; at 16/255 it may drift as much as a backdoored one does here.
 */
const SMOOTH: FrgBound = { eps: 8 / 255, smoothing: 8 };

/** Images and feature maps of one candidate's sweep. */
export const SEARCH_IMAGES = 16;
export const SEARCH_MAPS = 60;

/** A seeded sample of the candidate maps, ascending. */
export function sampleMaps(maps: readonly number[], seed: number): Int32Array {
  return sample(maps, SEARCH_MAPS, createRandom(seed, 'epsSearch'));
}

/** What a candidate's sweep said. */
export interface EpsFinding extends FrgBound {
  readonly suspect: Suspect | null;
}

/**
 * What to try, in order: the last one only where no other names a class.
 * @param smoothing what the spec asks for: then all are as smooth
 */
export function searchCandidates(smoothing?: number): readonly FrgBound[] {
  if (smoothing !== undefined) return EPS_CANDIDATES.map((eps) => ({ eps, smoothing }));
  return [...EPS_CANDIDATES.map((eps) => ({ eps })), SMOOTH];
}

/**
 * The first candidate that leads by the full margin, or null to go on with the next one. After the
 * last ε: the one that names a class by the largest margin, if any does; else, after the smooth one,
 * that one if it names a class, or the largest margin of all others (the report then names no class);
 * the smaller ε on ties.
 */
export function chooseBound(
  found: readonly EpsFinding[],
  candidates: readonly FrgBound[],
): FrgBound | null {
  const margin = ({ suspect }: EpsFinding): number => suspect?.margin ?? 0;
  const byMargin = (some: readonly EpsFinding[]): readonly EpsFinding[] =>
    some.toSorted((a, b) => margin(b) - margin(a));
  // Enough where no image is read right any more.
  const full = ({ smoothing }: FrgBound): number => neededMargin({ right: 0 }, smoothing);
  const clear = found.find((candidate) => margin(candidate) >= full(candidate));
  if (clear !== undefined) return clear;
  if (found.length < EPS_CANDIDATES.length) return null;
  const [named] = byMargin(found.filter(({ suspect }) => suspect?.dominant === true));
  if (named !== undefined) return named;
  if (found.length < candidates.length) return null;
  const [best] = byMargin(found.slice(0, EPS_CANDIDATES.length));
  return best ?? null;
}
