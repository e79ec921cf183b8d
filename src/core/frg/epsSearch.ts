/**
 * ε without looking at triggers. A small patch answers to a large ε, a faint global pattern to a
 * small one; and while a larger ε names the target ever more clearly, it ranks the maps worse. So a
 * few images and a sample of the maps are swept at growing ε, and the first that names a class wins.
 */
import { createRandom, permutation } from '../random.ts';
import type { Suspect } from './score.ts';

/** Candidates, pixels in [0, 1], ascending. */
export const EPS_CANDIDATES: readonly number[] = [8, 16, 32, 64, 128].map((k) => k / 255);

/** Images and feature maps of one candidate's sweep. */
export const SEARCH_IMAGES = 16;
export const SEARCH_MAPS = 60;

/** A seeded sample of the candidate maps, ascending. */
export function sampleMaps(maps: readonly number[], seed: number): Int32Array {
  const order = permutation(maps.length, createRandom(seed, 'epsSearch'));
  return order
    .slice(0, SEARCH_MAPS)
    .map((i) => maps[i] ?? 0)
    .sort();
}

/** What a candidate's sweep said. */
export interface EpsFinding {
  readonly eps: number;
  readonly suspect: Suspect | null;
}

/**
 * The first candidate whose leading class dominates, or null to go on with the next one. After the
 * last: the one with the largest margin, the smaller ε on ties; the report then names no class.
 */
export function chooseEps(found: readonly EpsFinding[]): number | null {
  const named = found.find(({ suspect }) => suspect?.dominant === true);
  if (named !== undefined) return named.eps;
  if (found.length < EPS_CANDIDATES.length) return null;
  let best = found[0];
  for (const candidate of found)
    if ((candidate.suspect?.margin ?? 0) > (best?.suspect?.margin ?? 0)) best = candidate;
  return best?.eps ?? null;
}
