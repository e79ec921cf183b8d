/**
 * ε without looking at triggers: a small patch answers to a large ε, a faint global pattern to a
 * small one, so a few images and a sample of the maps are swept at each candidate and the one whose
 * leading class stands out most is taken.
 */
import { createRandom, permutation } from '../random.ts';
import type { Suspect } from './score.ts';

/** Candidates, pixels in [0, 1], ascending. */
export const EPS_CANDIDATES: readonly number[] = [4, 8, 16, 24, 32, 48, 64, 96, 128].map(
  (k) => k / 255,
);

/** Images and feature maps of one candidate's sweep. */
export const SEARCH_IMAGES = 8;
export const SEARCH_MAPS = 60;

/** A seeded sample of the candidate maps, ascending. */
export function sampleMaps(maps: readonly number[], seed: number): Int32Array {
  const order = permutation(maps.length, createRandom(seed, 'epsSearch'));
  return order
    .slice(0, SEARCH_MAPS)
    .map((i) => maps[i] ?? 0)
    .sort();
}

/** The candidate with the largest margin; the smaller ε on ties. */
export function chooseEps(
  found: readonly { readonly eps: number; readonly suspect: Suspect | null }[],
): number {
  let best = found[0];
  for (const candidate of found)
    if ((candidate.suspect?.margin ?? 0) > (best?.suspect?.margin ?? 0)) best = candidate;
  return best?.eps ?? EPS_CANDIDATES[0] ?? 0;
}
