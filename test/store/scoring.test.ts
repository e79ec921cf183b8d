import { describe, expect, it } from 'vitest';
import { suspicion, type FrgTable } from '../../src/core/frg/score.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { cutAt, PRUNED, pruneOrder, scoreTable, TIED } from '../../src/store/scoring.ts';

const plan = planNetwork({ family: 'PreActResNet', width: 2, blocks: [1], classes: 3 });

/** Six maps, four images of classes 0 and 1; row r sends `toTwo[r]` images to class 2. */
function table(toTwo: readonly number[]): FrgTable {
  const labels = Int32Array.from([0, 0, 1, 1]);
  const predictions = Int16Array.from(
    toTwo.flatMap((moved) => [...labels].map((label, i) => (i < moved ? 2 : label))),
  );
  return { maps: Int32Array.from([0, 1, 2, 3, 4, 5]), labels, predictions, classes: 3, rows: 6 };
}

describe('scoreTable', () => {
  it('ranks rows by suspicion and breaks ties by map', () => {
    const scored = scoreTable(table([0, 2, 4, 2, 0, 1]), 'targetShare');
    expect([...scored.suspicion]).toEqual([0, 0.5, 1, 0.5, 0, 0.25]);
    expect([...scored.ranked]).toEqual([2, 1, 3, 5, 0, 4]);
    expect([...scored.rank]).toEqual([5, 2, 1, 3, 6, 4]);
    expect(scored.suspect?.class).toBe(2);
  });

  it('agrees with the core on every score', () => {
    const one = table([0, 2, 4, 2, 0, 1]);
    for (const score of ['accuracy', 'targetShare', 'collapse'] as const)
      expect(scoreTable(one, score).suspicion).toEqual(suspicion(one, score));
  });

  it('gives the same object for the same table and score', () => {
    const one = table([0, 1, 2, 3, 4, 0]);
    expect(scoreTable(one, 'accuracy')).toBe(scoreTable(one, 'accuracy'));
    expect(scoreTable(one, 'accuracy')).not.toBe(scoreTable(one, 'collapse'));
  });
});

describe('cutAt', () => {
  it('stands halfway to the next map, or on the tie and counts it', () => {
    const scored = scoreTable(table([0, 2, 4, 2, 0, 1]), 'targetShare');
    const one = cutAt(plan, scored, 'global', 6);
    expect(one).toMatchObject({ count: 1, ties: 0, line: 0.75, lowest: 1 });
    const two = cutAt(plan, scored, 'global', 3);
    expect(two).toMatchObject({ count: 2, ties: 1, line: 0.5, lowest: 0.5 });
    expect([...(two?.verdict ?? [])]).toEqual([0, PRUNED, PRUNED, TIED, 0, 0]);
  });

  it('gives no verdict on a partial table', () => {
    const partial = { ...table([0, 2, 4, 2, 0, 1]), rows: 5 };
    expect(cutAt(plan, scoreTable(partial, 'accuracy'), 'global', 2)).toBeNull();
  });
});

describe('pruneOrder', () => {
  it('is the order in which a falling p prunes, also per layer', () => {
    const scored = scoreTable(table([0, 2, 4, 2, 0, 1]), 'accuracy');
    for (const selection of ['global', 'perLayer'] as const) {
      const order = [...pruneOrder(plan, scored, selection)];
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      for (const p of [1, 2, 3]) {
        const cut = cutAt(plan, scored, selection, p);
        const pruned = [0, 1, 2, 3, 4, 5].filter((row) => cut?.verdict[row] === PRUNED);
        expect(order.slice(0, pruned.length).sort()).toEqual(pruned);
      }
    }
  });
});
