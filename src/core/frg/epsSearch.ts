/**
 * ε without looking at triggers. A small patch answers to a large ε, a faint global pattern to a
 * small one; and while a larger ε names the target ever more clearly, it ranks the maps worse. So a
 * few images and a sample of the maps are swept at growing ε, and the first that names a class by
 * the full margin wins. A warp never does; it is seen while images are still read right, or not.
 */
import { createRandom, sample } from '../random.ts';
import { DOMINANCE_MARGIN, type Suspect } from './score.ts';

/** Candidates, pixels in [0, 1], ascending. */
export const EPS_CANDIDATES: readonly number[] = [8, 16, 32, 64, 128].map((k) => k / 255);

/** Images and feature maps of one candidate's sweep. */
export const SEARCH_IMAGES = 16;
export const SEARCH_MAPS = 60;

/** A seeded sample of the candidate maps, ascending. */
export function sampleMaps(maps: readonly number[], seed: number): Int32Array {
  return sample(maps, SEARCH_MAPS, createRandom(seed, 'epsSearch'));
}

/** What a candidate's sweep said. */
export interface EpsFinding {
  readonly eps: number;
  readonly suspect: Suspect | null;
}

/**
 * The first candidate that leads by the full margin, or null to go on with the next one. After the
 * last: the one that names a class by the largest margin, or else the largest margin of all (the
 * report then names no class); the smaller ε on ties.
 */
export function chooseEps(found: readonly EpsFinding[]): number | null {
  const margin = ({ suspect }: EpsFinding): number => suspect?.margin ?? 0;
  const clear = found.find((candidate) => margin(candidate) >= DOMINANCE_MARGIN);
  if (clear !== undefined) return clear.eps;
  if (found.length < EPS_CANDIDATES.length) return null;
  const named = found.filter(({ suspect }) => suspect?.dominant === true);
  const [best] = (named.length > 0 ? named : found).toSorted((a, b) => margin(b) - margin(a));
  return best?.eps ?? null;
}
