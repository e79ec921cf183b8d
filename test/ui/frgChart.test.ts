import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/core/network/plan.ts';
import { CARD, cardPosition, LABELS } from '../../src/ui/charts/cardPosition.ts';
import { countAbove, layoutFrg, nearestRow } from '../../src/ui/charts/frgLayout.ts';
import { offsetInStep } from '../../src/ui/charts/frgMarks.ts';

const plan = planNetwork({ family: 'PreActResNet', width: 16, blocks: [2, 2, 2, 2], classes: 43 });

describe('layoutFrg', () => {
  it('keeps layers in order, apart, and inside the plot at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 280, max: 1600 }), (width) => {
        const layout = layoutFrg(plan, 'all', 'layer', width, 400);
        let end = layout.left;
        for (const { x, width: w } of layout.layers) {
          expect(x).toBeGreaterThanOrEqual(end - 1e-6);
          expect(w).toBeGreaterThan(0);
          end = x + w;
        }
        expect(end).toBeLessThanOrEqual(layout.right + 1e-6);
      }),
    );
  });

  it('gives one layer the whole width, and its ranks stay those among all', () => {
    const all = layoutFrg(plan, 'all', 'layer', 600, 400);
    const home = all.layers[11];
    if (home === undefined) throw new Error('the plan has too few layers');
    const { order, offset, outChannels } = home.conv;
    const one = layoutFrg(plan, 'all', 'layer', 600, 400, order);
    expect(one.layers.map(({ conv }) => conv.order)).toEqual([order]);
    expect(one.x(offset + outChannels - 1, 1) - one.x(offset, 1)).toBeGreaterThan(500);
    expect(one.x(offset - 1, 1)).toBeNaN();
    const ranked = layoutFrg(plan, 'all', 'rank', 600, 400);
    const oneRanked = layoutFrg(plan, 'all', 'rank', 600, 400, order);
    expect(oneRanked.x(offset, 300)).toBe(ranked.x(offset, 300));
  });

  it('turns heights into suspicions and back', () => {
    const layout = layoutFrg(plan, 'all', 'rank', 600, 400);
    expect(layout.suspicionAt(layout.y(0.37))).toBeCloseTo(0.37);
    expect(layout.suspicionAt(-500)).toBe(1);
    expect(layout.x(3, 1)).toBeLessThan(layout.x(3, 2));
  });
});

describe('offsetInStep', () => {
  it('never reaches the next level and never leaves the axis', () => {
    for (let map = 0; map < 4800; map++) {
      expect(Math.abs(offsetInStep(map, 0.5))).toBeLessThan(0.5);
      expect(offsetInStep(map, 0)).toBeGreaterThanOrEqual(0);
      expect(offsetInStep(map, 1)).toBeLessThanOrEqual(0);
    }
  });
});

describe('pointing', () => {
  it('finds the nearest mark within reach', () => {
    const marks = { x: Float32Array.from([10, 20, 30]), y: Float32Array.from([10, 10, 10]) };
    expect(nearestRow(marks, 21, 12, 12)).toBe(1);
    expect(nearestRow(marks, 90, 90, 12)).toBeNull();
  });

  it('counts the maps above a level', () => {
    expect(countAbove(Float32Array.from([0.1, 0.5, 0.9]), 0.4)).toBe(2);
  });
});

describe('cardPosition', () => {
  it('stays in the chart and covers neither its mark nor the counts of the line', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 330, max: 1200 }),
        fc.integer({ min: 300, max: 560 }),
        ...([share, share, fc.option(share)] as const),
        (width, height, fx, fy, line) => {
          const onAxis = (part: number): number => 12 + (height - 74) * part;
          const [x, y] = [42 + (width - 46) * fx, onAxis(fy)];
          const cutY = line === null ? null : onAxis(line);
          const { left, top } = cardPosition({ x, y, width, height, cutY });
          const [right, bottom] = [left + CARD.width, top + CARD.height];
          expect(x < left - 8 || x > right + 8 || y < top - 8 || y > bottom + 8).toBe(true);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(right).toBeLessThanOrEqual(width + 1e-6);
          expect(top).toBeGreaterThanOrEqual(0);
          if (cutY === null) return;
          const apart = bottom <= cutY - LABELS.reach || top >= cutY + LABELS.reach;
          expect(apart || left >= LABELS.end).toBe(true);
        },
      ),
    );
  });

  it('stands beside its mark where there is room', () => {
    const place = { x: 400, y: 60, width: 1000, height: 430, cutY: 100 };
    const { left, leader } = cardPosition(place);
    expect([left, leader !== null]).toEqual([400 - 56 - CARD.width, true]);
    expect(cardPosition({ ...place, x: 300 }).left).toBe(356);
  });
});
