import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrgBound } from '../../../src/core/frg/bound.ts';
import {
  chooseBound,
  EPS_CANDIDATES,
  type EpsFinding,
  sampleMaps,
  SEARCH_MAPS,
  searchCandidates,
} from '../../../src/core/frg/epsSearch.ts';
import { DOMINANCE_MARGIN, neededMargin, SMOOTH_MARGIN } from '../../../src/core/frg/score.ts';

const USUAL = searchCandidates();

/** One finding per candidate: the margin, and the share of images still read right. */
const findings = (
  seen: readonly (readonly [margin: number, right: number])[],
  candidates: readonly FrgBound[] = USUAL,
): EpsFinding[] =>
  seen.map(([margin, right], i) => {
    const bound = candidates[i] ?? { eps: 0 };
    const dominant = margin >= neededMargin({ right }, bound.smoothing);
    const runnerUp = { class: 1, medianShare: 0.1 };
    return { ...bound, suspect: { class: 8, medianShare: 0.3, runnerUp, margin, right, dominant } };
  });

const choice = (
  seen: readonly (readonly [margin: number, right: number])[],
  candidates: readonly FrgBound[] = USUAL,
): number | null => {
  const found = findings(seen, candidates);
  const chosen = chooseBound(found, candidates);
  return chosen === null ? null : found.findIndex((one) => one === chosen);
};

const NOTHING = [
  [0.01, 0.5],
  [0.02, 0.2],
  [0.16, 0.05],
  [0.16, 0.01],
  [0.1, 0],
] as const;

describe('the search for ε', () => {
  it('takes the first candidate that leads by the full margin', () => {
    const seen = [
      [0.15, 0.05],
      [0.1, 0.05],
      [0.25, 0],
    ] as const;
    expect(choice(seen.slice(0, 2))).toBeNull();
    expect(choice(seen)).toBe(2);
  });

  it('ends with the one that was clear while images were still read right', () => {
    const seen = [
      [0.09, 0.4],
      [0.15, 0.2],
      [0.05, 0.05],
      [0.19, 0.01],
      [0.1, 0],
    ] as const;
    expect(choice(seen)).toBe(1);
  });

  it('tries smooth perturbations where no ε names a class, and takes them if they do', () => {
    expect(choice(NOTHING)).toBeNull();
    expect(USUAL[5]?.smoothing).toBeGreaterThan(0);
    expect(choice([...NOTHING, [SMOOTH_MARGIN, 0.2]])).toBe(5);
    expect(choice([...NOTHING, [0.25, 0.4]])).toBe(5);
  });

  it('ends with the largest margin of an ε where nothing is clear, the smaller ε on ties', () => {
    expect(choice([...NOTHING, [0.24, 0.9]])).toBe(2);
    expect(choice([...NOTHING, [0.59, 0.39]])).toBe(2);
  });

  it('tries every ε as smooth as the spec asks, and asks each for the larger margin', () => {
    const smooth = searchCandidates(4);
    expect(smooth.map(({ eps }) => eps)).toEqual([...EPS_CANDIDATES]);
    expect(smooth.every(({ smoothing }) => smoothing === 4)).toBe(true);
    expect(choice([[DOMINANCE_MARGIN, 0]], smooth)).toBeNull();
    expect(choice([[SMOOTH_MARGIN, 0]], smooth)).toBe(0);
    expect(choice(NOTHING, smooth)).toBe(2);
  });

  it('goes on until a candidate is clear, and always ends', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(share, share), { minLength: 1, maxLength: USUAL.length }),
        (seen) => {
          const chosen = choice(seen);
          const ends = findings(seen).findIndex(
            ({ smoothing, suspect }) =>
              (suspect?.margin ?? 0) >=
              (smoothing === undefined ? DOMINANCE_MARGIN : SMOOTH_MARGIN),
          );
          if (ends >= 0) expect(chosen).toBe(ends);
          else if (seen.length < EPS_CANDIDATES.length) expect(chosen).toBeNull();
          else if (seen.length === USUAL.length) expect(chosen).not.toBeNull();
        },
      ),
    );
  });

  it('samples maps of the candidates, the same for the same seed', () => {
    const maps = Array.from({ length: 200 }, (_, i) => 5 * i);
    const drawn = sampleMaps(maps, 1);
    expect(drawn).toEqual(sampleMaps(maps, 1));
    expect(new Set(drawn).size).toBe(SEARCH_MAPS);
    expect([...drawn].every((map) => maps.includes(map))).toBe(true);
  });
});
