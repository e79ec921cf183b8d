/** Every defense from start to end on a tiny network. */
import { describe, expect, it } from 'vitest';
import type { DefenseId } from '../../../src/core/defenses/about.ts';
import type {
  DefenseInput,
  DefenseOutcome,
  DefenseStep,
  RunDefense,
} from '../../../src/core/defenses/defense.ts';
import { cleanse } from '../../../src/core/defenses/neuralCleanse.ts';
import { defenseIds, defenseOf } from '../../../src/core/defenses/registry.ts';
import type { StateDict } from '../../../src/core/network/stateDict.ts';
import { describeOnBackends, expectNoLeak } from '../../support/backends.ts';
import { NORMALISATION, randomPixels, signedWeights, tinyPlan } from '../network/tiny.ts';

const plan = tinyPlan(3, [1, 1]);
const images = (n: number, seed: number) => ({
  images: Uint8Array.from(randomPixels(n, seed), (v) => 255 * v),
  labels: Int32Array.from({ length: n }, (_, i) => i % 3),
});

const INPUT: DefenseInput = {
  ...{ plan, weights: signedWeights(plan), normalisation: NORMALISATION, mirror: true, seed: 3 },
  clean: images(9, 1),
  validation: images(5, 2),
  budget: {
    ...{ epochs: 1, retrainRatio: 0.1, learningRate: 0.01, momentum: 0.9 },
    ...{ weightDecay: 0.001, batchSize: 5, mask: true },
  },
};

/** Few steps: the search takes 80 per class, however small the budget. */
const runOf = (id: DefenseId): RunDefense =>
  id === 'nc' ? (input) => cleanse(input, 3) : defenseOf(id).run;

async function finish(
  run: AsyncGenerator<DefenseStep, DefenseOutcome, void>,
): Promise<{ steps: DefenseStep[]; outcome: DefenseOutcome }> {
  const steps: DefenseStep[] = [];
  for (;;) {
    const step = await run.next();
    if (step.done === true) return { steps, outcome: step.value };
    steps.push(step.value);
  }
}

/** Weights as plain numbers, for comparison. */
const plain = (weights: StateDict): Record<string, number[]> =>
  Object.fromEntries([...weights].map(([name, { data }]) => [name, [...data]]));

/** Channels whose gamma is zero. */
const zeroGammas = (weights: StateDict): number =>
  [...weights]
    .filter(([name]) => name.includes('.bn') && name.endsWith('.weight'))
    .reduce((sum, [, { data }]) => sum + data.filter((v) => v === 0).length, 0);

describe('the list of defenses', () => {
  it.each(defenseIds)('%s has a name and a source', (id) => {
    const { name, source, ...rest } = defenseOf(id);
    expect(rest.id).toBe(id);
    expect(name).not.toBe('');
    expect(source).toMatch(/\d{4}/);
  });
});

describeOnBackends(
  'a defense',
  () => {
    it.each(defenseIds)('%s runs to its end, the same twice, and leaves no tensor', async (id) => {
      const before = plain(INPUT.weights);
      const { steps, outcome } = await expectNoLeak(() => finish(runOf(id)(INPUT)));
      const again = await expectNoLeak(() => finish(runOf(id)(INPUT)));
      for (const { done, total } of steps) expect(done).toBeLessThanOrEqual(total);
      expect(steps.length).toBeGreaterThan(1);
      expect([...outcome.weights.keys()]).toEqual([...INPUT.weights.keys()]);
      for (const { data } of outcome.weights.values())
        expect(data.every(Number.isFinite)).toBe(true);
      expect(again.outcome).toEqual(outcome);
      expect(plain(INPUT.weights)).toEqual(before);
      const { count, unit } = outcome.pruned;
      if (unit === 'BN channels') expect(zeroGammas(outcome.weights)).toBe(count);
      if (unit === 'pooled features') {
        const head = outcome.weights.get('linear.weight');
        expect(head?.data.filter((v) => v === 0).length).toBe(3 * count);
      }
      if (unit === null) expect(count).toBe(0);
    });

    it.each(defenseIds)('%s can be stopped anywhere', async (id) => {
      const { steps } = await finish(runOf(id)(INPUT));
      for (const at of [1, Math.ceil(steps.length / 2), steps.length]) {
        await expectNoLeak(async () => {
          const run = runOf(id)(INPUT);
          for (let i = 0; i < at; i++) await run.next();
          await run.return(undefined as never);
        });
      }
    });

    it.each(defenseIds)('%s takes a budget of nothing', async (id) => {
      const budget = { ...INPUT.budget, epochs: 0 };
      const { outcome } = await expectNoLeak(() => finish(runOf(id)({ ...INPUT, budget })));
      expect(outcome.weights.size).toBe(INPUT.weights.size);
    });

    it('another seed gives another result', async () => {
      const one = await finish(runOf('ft')(INPUT));
      const other = await finish(runOf('ft')({ ...INPUT, seed: 4 }));
      expect(plain(one.outcome.weights)).not.toEqual(plain(other.outcome.weights));
    });
  },
  ['wasm'],
);
