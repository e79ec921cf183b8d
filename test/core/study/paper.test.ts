import { describe, expect, it } from 'vitest';
import { paperCurve, paperOnly, paperRates } from '../../../src/core/study/paper.ts';
import {
  PAPER_ATTACKS,
  TABLE_1A,
  TABLE_1B,
  TABLE_1C,
  TABLE_2,
  TABLE_3,
  TABLE_4,
  TABLE_5,
  TABLE_6,
  TABLE_7,
} from '../../../src/core/study/paperTables.ts';
import { average } from '../../../src/core/study/statistics.ts';
import { PAPER_VALUES } from '../../../src/core/study/sweepSpec.ts';

/** The AVG columns of Table 1, which are not stored: Acc, ASR, RA. */
const AVERAGES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  '1a': {
    ...{ FT: [93.54, 53.78, 43.67], FP: [92.45, 58.63, 37.2], CLP: [90.85, 71.5, 24.82] },
    ...{ ANP: [92.28, 68.27, 29.34], NC: [90.78, 38.18, 54.92], NAD: [92.77, 22.06, 70.48] },
  },
  '1b': {
    ...{ FT: [70.12, 40.23, 40.35], FP: [68.06, 71.44, 18.94], CLP: [64.44, 72.74, 17.38] },
    ...{ ANP: [67.92, 51.63, 31.97], NC: [65.27, 1.39, 54.54], NAD: [69.47, 32.27, 44.43] },
    ...{ FMP: [67.08, 0.25, 60.2] },
  },
  '1c': {
    ...{ FT: [98.4, 58.1, 41.03], FP: [97.87, 59.79, 15.84], CLP: [90.1, 97.03, 2.83] },
    ...{ ANP: [97.76, 57.2, 41.3], NC: [97.43, 2.69, 83.64], NAD: [98.45, 54.55, 44] },
    ...{ FMP: [95.08, 0.32, 89.44] },
  },
};

describe('the paper’s tables', () => {
  it('have three numbers per attack', () => {
    const wide = [TABLE_1A, TABLE_1B, TABLE_1C, TABLE_2, TABLE_3, TABLE_6, TABLE_7];
    for (const table of wide)
      for (const row of Object.values(table)) expect(row).toHaveLength(3 * PAPER_ATTACKS.length);
    for (const table of [TABLE_4, TABLE_5])
      for (const row of Object.values(table)) expect(row).toHaveLength(3);
  });

  it.each([
    ['1a', TABLE_1A],
    ['1b', TABLE_1B],
    ['1c', TABLE_1C],
  ] as const)('%s agrees with its own averages', (name, table) => {
    for (const [method, expected] of Object.entries(AVERAGES[name] ?? {}))
      expected.forEach((mean, metric) => {
        const values = (table[method] ?? []).filter((_, at) => at % 3 === metric);
        // Rounded by the authors, a few of them by one more unit than right.
        expect(Math.abs(average(values.map((v) => v ?? NaN)) - mean)).toBeLessThan(0.02);
      });
  });

  it('give the value of a case with its table', () => {
    expect(paperRates('gtsrb', 'blended', 'anp')).toEqual({
      ...{ table: '1c', data: 'GTSRB', acc: 0.9822 },
      ...{ asr: expect.closeTo(0.9996) as number, ra: expect.closeTo(0.0002) as number },
    });
    expect(paperRates('signs', 'badnets', 'fmp-paper')).toMatchObject({ data: 'GTSRB', asr: 0 });
    expect(paperRates('cifar10', 'wanet', 'rnp')).toMatchObject({ table: '6', asr: 0.1815 });
    expect(paperRates('cifar10', 'ssba', null)).toMatchObject({ asr: 0.988, ra: null });
  });

  it('are silent where the paper is', () => {
    expect(paperRates('gtsrb', 'badnets', 'rnp')).toBeNull();
    expect(paperRates('gtsrb', 'sig', 'ft')).toBeNull();
    expect(paperRates('gtsrb', null, 'ft')).toBeNull();
    expect(paperRates('folder', 'badnets', 'ft')).toBeNull();
    expect(paperRates('gtsrb', 'badnets', 'oracle')).toBeNull();
    expect(paperOnly('gtsrb', 'badnets')).toEqual([]);
    expect(paperOnly('cifar10', 'badnets').map(({ name }) => name)).toEqual([
      ...['AEVA', 'DeepInspect', 'TABOR', 'ABS', 'Fu et al.'],
    ]);
  });

  it.each(['eps', 'p', 'retrain', 'rate'] as const)('draw the curve over %s', (over) => {
    const { points, source } = paperCurve(over, 'wanet');
    expect(points.map(({ value }) => value)).toEqual(
      PAPER_VALUES[over].map((value) => expect.closeTo(value, 9) as number),
    );
    const single = over === 'eps' || over === 'p';
    expect(source.attack).toBe(single ? 'badnets' : 'wanet');
  });
});
