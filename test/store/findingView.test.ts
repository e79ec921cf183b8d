import { describe, expect, it } from 'vitest';
import type { FindingRow } from '../../src/core/study/finding.ts';
import { findingView } from '../../src/store/findingView.ts';

const RANKING = { eps: 0.1, k: 5, precision: 0, recall: 0, spearman: 0 } as const;

function row(
  model: string,
  target: number | null,
  leads: number,
  aucs: readonly (number | null)[] = [],
): FindingRow {
  const [printed, lab] = aucs;
  return {
    ...{
      model,
      weights: '0'.repeat(64),
      data: 'signs',
      attack: target === null ? null : 'badnets',
      target,
      seed: 0,
    },
    ...{ date: '2026-01-31', commit: '', device: 'test', maps: 100, carriers: 3 },
    candidates: [{ eps: 0.1, class: 8, medianShare: 0.5, margin: leads, right: 0 }],
    rankings: [
      ...(printed === undefined
        ? []
        : [{ ...RANKING, preset: 'paper' as const, score: 'accuracy' as const, auc: printed }]),
      ...(lab === undefined
        ? []
        : [{ ...RANKING, preset: 'lab' as const, score: 'targetShare' as const, auc: lab }]),
    ],
    ...{ knockOut: null, before: null, outcomes: [] },
  };
}

describe('the finding, for the lesson', () => {
  it('counts what is recorded and leaves out what is not', () => {
    const view = findingView([
      row('b', 8, 0.5, [0.6, 0.9]),
      row('a', 8, 0.5, [0.8, 0.7]),
      row('c', 8, 0.1, [0.5, 0.5]),
      row('d', 8, 0.5, [0.7]),
      row('e', 8, 0.5, [null, 0.7]),
      row('f', 3, 0.5),
      row('clean', null, 0.1),
      row('noisy', null, 0.5),
    ]);
    expect(view.networks.map(({ model }) => model)).toEqual(['a', 'b', 'c']);
    expect([view.labAhead, view.printedAhead]).toEqual([1, 1]);
    // f leads to class 8, its target is 3; c leads by too little.
    expect(view.naming).toEqual({ attacked: 6, named: 4, clean: 2, alarms: 1 });
  });

  it('is empty where nothing was judged', () => {
    const view = findingView([row('a', 8, 0.5)]);
    expect(view).toMatchObject({ networks: [], labAhead: 0, printedAhead: 0 });
  });
});
