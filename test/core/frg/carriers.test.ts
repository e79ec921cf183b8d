import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Carriers,
  findCarriers,
  rankingQuality,
  separation,
  spearman,
} from '../../../src/core/frg/carriers.ts';
import { planNetwork } from '../../../src/core/network/plan.ts';

const STATISTICS = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), {
  minLength: 1,
  maxLength: 40,
});

describe('carriers of the trigger', () => {
  it('are found within their layer, whatever its scale', () => {
    const plan = planNetwork({
      family: 'PreActResNet',
      width: 4,
      blocks: [1, 1, 1, 1],
      classes: 3,
    });
    const change = new Float32Array(plan.maps).fill(1);
    const [first, second] = plan.convs;
    if (first === undefined || second === undefined) throw new Error('no convolutions');
    change.fill(100, second.offset, second.offset + second.outChannels);
    change[first.offset] = 3;
    change[second.offset + 1] = 500;
    const maps = Int32Array.from({ length: plan.maps }, (_, i) => i);
    const { carries, total } = findCarriers(plan, maps, change);
    expect(total).toBe(2);
    expect([...maps].filter((map) => carries[map] === 1)).toEqual([
      first.offset,
      second.offset + 1,
    ]);
  });

  it('say how good a ranking is', () => {
    const maps = Int32Array.of(10, 11, 12, 13);
    const carriers: Carriers = {
      change: Float32Array.of(5, 1, 4, 0),
      carries: Uint8Array.of(1, 0, 1, 0),
      total: 2,
    };
    const suspicion = Float32Array.of(0.9, 0.5, 0.1, 0.2);
    expect(rankingQuality(maps, suspicion, carriers, 2)).toMatchObject({
      ...{ k: 2, precision: 0.5, recall: 0.5, auc: 0.5 },
    });
    expect(rankingQuality(maps, suspicion, carriers, 0)).toMatchObject({
      ...{ precision: null, recall: 0 },
    });
    const none: Carriers = { change: new Float32Array(4), carries: new Uint8Array(4), total: 0 };
    expect(rankingQuality(maps, suspicion, none, 2)).toEqual({
      ...{ k: 2, precision: 0, recall: null, spearman: null, auc: null },
    });
  });
});

describe('separation', () => {
  it('is the share of pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(STATISTICS, (drawn) => {
        const positives = drawn.filter(([, positive]) => positive);
        const negatives = drawn.filter(([, positive]) => !positive);
        let right = 0;
        for (const [a] of positives)
          for (const [b] of negatives) right += a > b ? 1 : a === b ? 0.5 : 0;
        const pairs = positives.length * negatives.length;
        const area = separation(
          Float32Array.from(drawn, ([value]) => value),
          Uint8Array.from(drawn, ([, positive]) => (positive ? 1 : 0)),
        );
        if (pairs === 0) expect(area).toBeNull();
        else expect(area).toBeCloseTo(right / pairs, 12);
      }),
    );
  });
});

describe("Spearman's rank correlation", () => {
  it('is 1 of any rising function, −1 of any falling one, null of a constant', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 2 }), (list) => {
        const values = Float32Array.from(list);
        expect(
          spearman(
            values,
            values.map((v) => v ** 3 + v),
          ),
        ).toBeCloseTo(1, 12);
        expect(
          spearman(
            values,
            values.map((v) => -2 * v),
          ),
        ).toBeCloseTo(-1, 12);
        expect(
          spearman(
            values,
            values.map(() => 7),
          ),
        ).toBeNull();
      }),
    );
  });
});
