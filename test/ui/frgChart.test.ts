import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/core/network/plan.ts';
import { CARD, cardPosition } from '../../src/ui/charts/cardPosition.ts';
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
  it('stays in the chart and never covers its mark', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 330, max: 1200 }),
        fc.double({ min: 0.12, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.88, noNaN: true }),
        (width, fx, fy) => {
          const height = 430;
          const [x, y] = [42 + (width - 46) * fx * 0.999, fy * height];
          const { left, top } = cardPosition({ x, y, width, height });
          const beside = x < left || x > left + CARD.width;
          const apart = y < top || y > top + CARD.height;
          expect(beside || apart).toBe(true);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left + CARD.width).toBeLessThanOrEqual(width + 1e-6);
        },
      ),
    );
  });
});
