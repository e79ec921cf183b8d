import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseEps,
  EPS_CANDIDATES,
  type EpsFinding,
  sampleMaps,
  SEARCH_MAPS,
} from '../../../src/core/frg/epsSearch.ts';
import { DOMINANCE_MARGIN, dominates } from '../../../src/core/frg/score.ts';

/** One finding per candidate ε: the margin, and the share of images still read right. */
const findings = (...seen: readonly [margin: number, right: number][]): EpsFinding[] =>
  seen.map(([margin, right], i) => ({
    eps: EPS_CANDIDATES[i] ?? 0,
    suspect: {
      ...{ class: 8, medianShare: 0.3, runnerUp: { class: 1, medianShare: 0.1 } },
      ...{ margin, right, dominant: dominates({ margin, right }) },
    },
  }));

describe('the search for ε', () => {
  it('takes the first candidate that leads by the full margin', () => {
    const seen = findings([0.15, 0.5], [0.1, 0.2], [0.25, 0], [0.9, 0]);
    expect(chooseEps(seen.slice(0, 2))).toBeNull();
    expect(chooseEps(seen)).toBe(EPS_CANDIDATES[2]);
  });

  it('ends with the one that was clear while images were still read right', () => {
    const seen = findings([0.09, 0.4], [0.15, 0.2], [0.05, 0.05], [0.19, 0.01], [0.1, 0]);
    expect(chooseEps(seen)).toBe(EPS_CANDIDATES[1]);
  });

  it('ends with the largest margin where nothing is clear, the smaller ε on ties', () => {
    const seen = findings([0.01, 0.5], [0.02, 0.2], [0.16, 0.05], [0.16, 0.01], [0.1, 0]);
    expect(chooseEps(seen)).toBe(EPS_CANDIDATES[2]);
  });

  it('goes on until a candidate is clear, and always ends', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(share, share), { minLength: 1, maxLength: EPS_CANDIDATES.length }),
        (seen) => {
          const found = findings(...seen);
          const chosen = chooseEps(found);
          const clear = seen.findIndex(([margin]) => margin >= DOMINANCE_MARGIN);
          if (clear >= 0) expect(chosen).toBe(EPS_CANDIDATES[clear]);
          else if (seen.length < EPS_CANDIDATES.length) expect(chosen).toBeNull();
          else expect(EPS_CANDIDATES).toContain(chosen);
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
