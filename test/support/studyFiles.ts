/** Recorded comparisons and sweeps with invented numbers. */
import { presetSpec } from '../../src/core/presets.ts';
import { jobOf } from '../../src/core/study/compareSpec.ts';
import type { MethodId } from '../../src/core/study/methods.ts';
import type { CompareFile, SweepFile } from '../../src/core/study/recorded.ts';
import { fakeOutcome } from './fakeStudy.ts';

const PLACE = { date: '2026-11-22', commit: '1a2b3c4', device: 'AMD EPYC, 2 cores' };
const base = presetSpec('lab', 'any');

export const SIGNS = {
  ...{ id: 'signs-badnets', title: 'Signs-43, sticker', data: 'signs', attack: 'badnets' },
  poisoningRate: 0.1,
};

export function compareFile(
  methods: readonly MethodId[] = ['fmp', 'ft', 'clp', 'oracle'],
): CompareFile {
  const rows = methods.flatMap((method) =>
    [0, 1, 2].map((seed) => {
      const about = { model: SIGNS.id, method, seed };
      return { ...about, ...PLACE, outcome: fakeOutcome(jobOf(base, about)) };
    }),
  );
  return { version: 1, kind: 'compare', models: [SIGNS], base, rows };
}

export function sweepFile(): SweepFile {
  const rows = [1, 4, 16].map((k) => {
    const about = { model: SIGNS.id, method: 'fmp' as const, seed: k };
    const outcome = fakeOutcome(jobOf(base, about));
    return { value: k / 255, model: SIGNS.id, seed: 0, ...PLACE, outcome };
  });
  const sweeps = [{ over: 'eps' as const, model: SIGNS.id, base, rows }];
  return { version: 1, kind: 'sweeps', models: [SIGNS], sweeps };
}
