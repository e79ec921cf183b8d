import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pruneCount, roundP } from '../../src/core/frg/select.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { candidateCount, countAt, cutSteps, nearestStep } from '../../src/store/cutSteps.ts';

const plan = planNetwork({ family: 'PreActResNet', width: 16, blocks: [2, 2, 2, 2], classes: 43 });

describe('roundP', () => {
  it('gives an integer where one prunes exactly that many', () => {
    expect(roundP(1200, 18)).toBe(66);
    expect(roundP(1200, 12)).toBe(100);
    expect(roundP(4800, 75)).toBe(64);
  });

  it('always prunes the wanted count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (n, k) => {
        const count = Math.min(n, k);
        expect(pruneCount(n, roundP(n, count))).toBe(count);
      }),
    );
  });
});

describe('cutSteps', () => {
  it('moves a global cut one map at a time, down to one map in eight', () => {
    const steps = cutSteps(plan, 'all', 'global');
    expect(candidateCount(plan, 'all')).toBe(1200);
    expect(steps.map(({ count }) => count)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
    for (const { p, count } of steps) expect(countAt(plan, 'all', 'global', p)).toBe(count);
  });

  it('holds every count a per-layer cut can have, once', () => {
    const steps = cutSteps(plan, 'all', 'perLayer');
    for (const { p, count } of steps) expect(countAt(plan, 'all', 'perLayer', p)).toBe(count);
    const counts = steps.map(({ count }) => count);
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
    expect(steps[0]).toEqual({ p: 128, count: 5 });
  });

  it('finds the step nearest to a count', () => {
    const steps = cutSteps(plan, 'all', 'global');
    expect(nearestStep(steps, 18)).toBe(17);
    expect(nearestStep(steps, 600)).toBe(149);
  });
});
