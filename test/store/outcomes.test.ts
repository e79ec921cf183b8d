import { describe, expect, it } from 'vitest';
import type { TestPredictions } from '../../src/bridge/runEvents.ts';
import { outcomes, roleOf, topGuesses } from '../../src/store/outcomes.ts';
import { bestEpoch, epsText } from '../../src/store/selectors.ts';

const predictions = (triggered: readonly number[]): TestPredictions => ({
  clean: new Int16Array(0),
  cleanLabels: new Int32Array(0),
  triggered: Int16Array.from(triggered),
  triggeredLabels: Int32Array.from([1, 2, 3, 4]),
});

describe('outcomes', () => {
  it('counts every triggered image once', () => {
    expect(outcomes(predictions([0, 2, 0, 0]), predictions([1, 2, 0, 9]), 0)).toEqual({
      ...{ fixed: 1, held: 1, fooled: 1, broken: 1, n: 4 },
    });
  });

  it('has nothing to say without a trigger', () => {
    const none = { ...predictions([]), triggered: null, triggeredLabels: null };
    expect(outcomes(none, none, 0)).toBeNull();
  });
});

describe('topGuesses', () => {
  it('sorts one row and breaks ties by class', () => {
    const probabilities = Float32Array.from([1, 0, 0, 0.25, 0.5, 0.25]);
    expect(topGuesses(probabilities, 3, 1, 2).map((guess) => guess.class)).toEqual([1, 0]);
  });
});

it('tells true class, target and others apart', () => {
  expect([roleOf(3, 3, 8), roleOf(8, 3, 8), roleOf(5, 3, 8), roleOf(8, 3, null)]).toEqual([
    ...['right', 'fooled', 'other', 'other'],
  ]);
});

it('takes the earliest of equally good epochs', () => {
  const epoch = (n: number, value: number) => ({
    ...{ epoch: n, epochs: 3, loss: 1 },
    validation: { hits: 0, n: 1, value },
  });
  expect(bestEpoch([epoch(1, 0.5), epoch(2, 0.7), epoch(3, 0.7)])?.epoch).toBe(2);
  expect(bestEpoch([])).toBeNull();
});

it('writes an eps as people read it', () => {
  expect([epsText(24 / 255), epsText(0.06), epsText('auto')]).toEqual([
    ...['24/255', '15.3/255', 'auto'],
  ]);
});
