import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopRule } from '../../src/core/stopRule.ts';

/** Epochs that are run on these hits, and the one (1-based) whose weights count. */
function train(hits: readonly number[], patience?: number): { run: number; kept: number } {
  const rule = new StopRule({
    epochs: hits.length,
    ...(patience === undefined ? {} : { patience }),
  });
  let [run, kept] = [0, 0];
  for (const right of hits) {
    const { keep, end } = rule.after(right);
    run++;
    if (keep) kept = run;
    if (end) break;
  }
  return { run, kept };
}

const HITS = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });

describe('the stop rule', () => {
  it('without a patience runs every epoch and keeps the last', () => {
    fc.assert(
      fc.property(HITS, (hits) => {
        expect(train(hits)).toEqual({ run: hits.length, kept: hits.length });
      }),
    );
  });

  it('with more patience than there are epochs runs them all and keeps the best', () => {
    fc.assert(
      fc.property(HITS, fc.integer({ min: 0, max: 5 }), (hits, more) => {
        const best = hits.indexOf(Math.max(...hits)) + 1;
        expect(train(hits, hits.length + more)).toEqual({ run: hits.length, kept: best });
      }),
    );
  });

  it('ends after exactly that many epochs without a gain, and keeps the best before', () => {
    fc.assert(
      fc.property(HITS, fc.integer({ min: 1, max: 10 }), (hits, patience) => {
        const { run, kept } = train(hits, patience);
        const seen = hits.slice(0, run);
        expect(kept).toBe(seen.indexOf(Math.max(...seen)) + 1);
        expect(run - kept).toBeLessThanOrEqual(patience);
        if (run < hits.length) expect(run - kept).toBe(patience);
      }),
    );
  });

  it('takes an equal Acc for no gain', () => {
    expect(train([5, 5, 5, 9], 2)).toEqual({ run: 3, kept: 1 });
    expect(train([5, 4, 6, 5, 4, 9], 2)).toEqual({ run: 5, kept: 3 });
  });
});
