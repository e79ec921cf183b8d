import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/core/study/statistics.ts';
import { IDLE } from '../../src/store/compareJobs.ts';
import { compareView, type CompareView } from '../../src/store/compareView.ts';
import { sweepView } from '../../src/store/sweepsView.ts';
import { CompareChart } from '../../src/ui/compare/CompareChart.tsx';
import { layoutCompare } from '../../src/ui/compare/compareLayout.ts';
import { factText } from '../../src/ui/compare/Facts.tsx';
import { CompareTable } from '../../src/ui/compare/CompareTable.tsx';
import { SweepChart } from '../../src/ui/sweeps/SweepChart.tsx';
import { axisValues, layoutSweep } from '../../src/ui/sweeps/sweepLayout.ts';
import { SweepTable } from '../../src/ui/sweeps/SweepTable.tsx';
import { compareFile, SIGNS, sweepFile } from '../support/studyFiles.ts';

const STYLE = `svg{background:#fbfaf7;--ink:#15191e;--ink-2:#565e68;--line:#e5e3dd;--surface:#fff;--cut-mark:#d55e00;--kept-mark:#0072b2;--ghost-mark:#767676}text{font:500 12px sans-serif;fill:#565e68}`;

function svgFile(node: ReactNode): string {
  const markup = renderToStaticMarkup(node)
    .replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
    .replace('>', `><style>${STYLE}</style>`);
  return `${markup.replaceAll('><', '>\n<')}\n`;
}

const compared: CompareView = (() => {
  const view = compareView({
    ...{ reading: 'read', recorded: compareFile(), measured: null, source: 'recorded' },
    opened: null,
    choice: { models: [], methods: [], seeds: 1, epochs: 2, retrainRatio: 0.1, testImages: 1 },
    ...{ model: null, status: IDLE },
  });
  if (view === null) throw new Error('nothing is on show');
  return view;
})();

const swept = sweepView(
  {
    ...{ reading: 'read', recorded: sweepFile(), measured: [], source: 'recorded', over: 'eps' },
    opened: null,
    ...{ model: SIGNS.id, status: IDLE },
    choice: { preset: 'lab', seeds: 1, epochs: 2, testImages: 1000 },
  },
  SIGNS,
);

describe('the chart of a comparison', () => {
  it('has a row for the network as it came and for each method, inside its frame', () => {
    for (const metric of METRICS) {
      const layout = layoutCompare(compared, metric, 360);
      expect(layout.rows.map(({ key }) => key)).toEqual(['before', 'fmp', 'ft', 'clp', 'oracle']);
      for (const { bar, dots, tick, interval, y } of layout.rows) {
        for (const x of [bar ?? 200, tick ?? 200, ...dots, ...(interval ?? [])]) {
          expect(x).toBeGreaterThanOrEqual(layout.left);
          expect(x).toBeLessThanOrEqual(360);
        }
        expect(y).toBeLessThan(layout.bottom);
      }
    }
  });

  it('puts a mean between its dots, and 0 and 100 % at the ends', () => {
    const layout = layoutCompare(compared, 'asr', 360);
    const fmp = layout.rows.find(({ key }) => key === 'fmp');
    expect(fmp?.dots).toHaveLength(3);
    expect(fmp?.bar).toBeGreaterThan(Math.min(...(fmp?.dots ?? [])));
    expect(fmp?.bar).toBeLessThan(Math.max(...(fmp?.dots ?? [])));
    expect(layout.ticks.map(({ text }) => text)).toEqual(['0', '25', '50', '75', '100\u00a0%']);
    expect(layout.rows.find(({ key }) => key === 'oracle')).toMatchObject({
      tick: null,
      ghost: true,
    });
  });

  it('looks as it did', async () => {
    const node = <CompareChart view={compared} metric="asr" width={360} />;
    await expect(svgFile(node)).toMatchFileSnapshot('snapshots/compare.svg');
  });

  it('has every number in a table whose heads can be pressed', () => {
    const html = renderToStaticMarkup(<CompareTable view={compared} sees />);
    expect(html.match(/<tr/g)).toHaveLength(1 + 1 + 4);
    expect(html).toContain('aria-sort="ascending"');
    expect(html).toContain('98.60 / 0.00 / 98.66');
    expect(html).toContain('not in the paper');
  });
});

describe('the facts of a result', () => {
  it('are short: three digits, and long lists by their range', () => {
    expect(factText('none')).toBe('none');
    expect(factText(7)).toBe('7');
    expect(factText(0.0021986)).toBe('0.00220');
    expect(factText([1, 2.5])).toBe('1, 2.50');
    expect(factText([3, 1, 2, 5, 4, 9, 8])).toBe('7 values, 1 to 9');
  });
});

describe('the chart of a sweep', () => {
  it('has every value once, ours and the paper’s', () => {
    expect(axisValues(swept).map((value) => Math.round(value * 255))).toEqual([1, 2, 4, 8, 16]);
  });

  it('puts equal values at equal places, and larger shares higher', () => {
    const layout = layoutSweep(swept, 'ra', 360);
    expect(layout.marks.map(({ x }) => x)).toEqual([0, 2, 4].map((i) => layout.paperDots[i]?.x));
    const [low = 0, high = 0] = layout.marks[0]?.interval ?? [];
    expect(low).toBeGreaterThanOrEqual(high);
    expect(layout.yTicks[0]?.y).toBeGreaterThan(layout.yTicks.at(-1)?.y ?? 0);
    expect(layout.ours.startsWith('M')).toBe(true);
  });

  it('looks as it did', async () => {
    const node = <SweepChart view={swept} metric="asr" width={360} />;
    await expect(svgFile(node)).toMatchFileSnapshot('snapshots/sweep.svg');
  });

  it('has every number in a table', () => {
    const html = renderToStaticMarkup(<SweepTable view={swept} sees />);
    expect(html.match(/<tr/g)).toHaveLength(6);
    expect(html.match(/not measured/g)).toHaveLength(6);
    expect(html).toContain('90.28 / 1.51 / 89.49');
  });
});
