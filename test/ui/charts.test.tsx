import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { searchCandidates } from '../../src/core/frg/epsSearch.ts';
import { DOMINANCE_MARGIN, neededMargin } from '../../src/core/frg/score.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { curveBounds } from '../../src/store/mapCurves.ts';
import { EpsCurve } from '../../src/ui/cards/EpsCurve.tsx';
import { AccuracyCurve } from '../../src/ui/charts/AccuracyCurve.tsx';
import { CutLine } from '../../src/ui/charts/CutLine.tsx';
import { EpsSearch } from '../../src/ui/charts/EpsSearch.tsx';
import { FineTuneChart } from '../../src/ui/charts/FineTuneChart.tsx';
import { layoutFrg } from '../../src/ui/charts/frgLayout.ts';
import { FrgOverlay } from '../../src/ui/charts/FrgOverlay.tsx';
import { KnockOutChart } from '../../src/ui/charts/KnockOutChart.tsx';
import { Sparkline } from '../../src/ui/charts/Sparkline.tsx';
import { FindingChart } from '../../src/ui/lesson/FindingChart.tsx';
import { curveFinding } from '../../src/ui/text/curveText.ts';
import { fakeCurvePoint } from '../support/fakeNumbers.ts';

/** A picture that a browser can open: the light theme's values stand in for the style sheet. */
const STYLE = `svg{background:#fbfaf7;--ink:#15191e;--ink-2:#565e68;--line:#e5e3dd;--line-2:#cfcdc6;--field:#868e97;--act:#15191e;--surface:#fff;--sunken:#f3f2ee;--cut-mark:#d55e00;--cut-wash:#fcefe4;--fix-mark:#00936b;--ghost-mark:#767676}text{font:500 12px sans-serif;fill:#565e68}`;

function svgFile(node: ReactNode): string {
  const markup = renderToStaticMarkup(node)
    .replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
    .replace('>', `><style>${STYLE}</style>`);
  return `${markup.replaceAll('><', '>\n<')}\n`;
}

const plan = planNetwork({ family: 'PreActResNet', width: 16, blocks: [2, 2, 2, 2], classes: 43 });

it('draws the frame of a finished FRG chart', async () => {
  const layout = layoutFrg(plan, 'all', 'layer', 520, 400);
  const summaries = layout.layers.map((_, i) => ({
    median: 0.02 * (i % 9),
    pruned: i % 3,
    spared: i % 5 === 4 ? 1 : 0,
  }));
  const layer = layout.layers[11] ?? null;
  const node = (
    <svg viewBox="0 0 520 400" width="520" height="400">
      <FrgOverlay
        {...{ layout, summaries, cutY: layout.y(0.53), sweepX: null }}
        focus={{ x: 300, y: 40, layer }}
        strip
        stale={false}
        patternId="hatch"
      />
      <CutLine
        {...{ layout, y: layout.y(0.53), segments: [], stale: false, p: 64, pruned: 18 }}
        {...{ total: 1200, ties: 3, step: 17, steps: 150, onMove: () => undefined }}
      />
    </svg>
  );
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/frg-frame.svg');
});

it('draws the frame of a running FRG chart', async () => {
  const layout = layoutFrg(plan, 'all', 'layer', 520, 400);
  const summaries = layout.layers.map((_, i) => ({
    median: i < 8 ? 0.1 : null,
    pruned: 0,
    spared: 0,
  }));
  const node = (
    <svg viewBox="0 0 520 400" width="520" height="400">
      <FrgOverlay
        {...{ layout, summaries, cutY: null, sweepX: 240, focus: null }}
        strip
        stale={false}
        patternId="hatch"
      />
    </svg>
  );
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/frg-running.svg');
});

it('draws Acc by maps cut', async () => {
  const counts = Int32Array.from([0, 5, 12, 24, 50, 90, 150, 480, 1200]);
  const acc = Float32Array.from(counts, (k) => Math.max(0.02, 0.978 - 0.0012 * k));
  const node = <AccuracyCurve {...{ counts, acc, pruned: 12, width: 198 }} />;
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/accuracy-curve.svg');
});

it('draws Acc by maps cut beside that with random ones, and says both at the line', async () => {
  const counts = Int32Array.from([0, 5, 12, 24, 50, 90, 150, 480, 1200]);
  const acc = Float32Array.from(counts, (k) => Math.max(0.02, 0.978 - 0.0012 * k));
  const random = Float32Array.from(counts, (k) => Math.max(0.02, 0.978 - 0.003 * k));
  const node = <AccuracyCurve {...{ counts, acc, random, pruned: 12, width: 198 }} />;
  const svg = svgFile(node);
  expect(svg).toContain('with 12 maps it is 96.4 by score, 94.2 with random ones');
  await expect(svg).toMatchFileSnapshot('snapshots/accuracy-curve-random.svg');
});

it('draws fine-tuning while it runs', async () => {
  const epochs = [0.971, 0.966, 0.97, 0.973, 0.9745, 0.976].map((value, i) => ({
    ...{ epoch: i + 1, epochs: 10, loss: 0.17 - 0.02 * i },
    validation: { hits: Math.round(value * 1000), n: 1000, value },
  }));
  const start = { hits: 940, n: 1000, value: 0.94 };
  const node = <FineTuneChart {...{ start, epochs, best: epochs[5] ?? null, width: 198 }} />;
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/fine-tune.svg');
});

it('draws the search for eps', async () => {
  const candidates = [2, 4, 8, 16, 24, 32].map((k, i) => {
    const margin = [0.01, 0.02, 0.06, 0.19, 0.34, 0.22][i] ?? 0;
    const runnerUp = { class: 3, medianShare: 0.05 };
    const suspect = {
      ...{ class: 8, medianShare: margin + 0.05, runnerUp, margin, right: 0.3 },
      dominant: margin >= DOMINANCE_MARGIN,
    };
    return { eps: k / 255, suspect };
  });
  const node = <EpsSearch {...{ candidates, total: 10 }} className={(k) => `class ${String(k)}`} />;
  const svg = svgFile(node);
  expect(svg).toContain('ε 16/255: 19; ε 24/255: 34; ε 32/255: 22. Largest at ε 24/255: class 8"');
  await expect(svg).toMatchFileSnapshot('snapshots/eps-search.svg');
});

it('draws a search that ends with smooth perturbations', async () => {
  const margins = [0, 0.01, 0.03, 0.01, 0.05, 0.4];
  const candidates = searchCandidates().map((bound, i) => {
    const margin = margins[i] ?? 0;
    const runnerUp = { class: 3, medianShare: 0.02 };
    const right = bound.smoothing === undefined ? 0 : 0.5;
    const dominant = margin >= neededMargin({ right }, bound.smoothing);
    const suspect = { class: 0, medianShare: margin, runnerUp, margin, right, dominant };
    return { ...bound, suspect };
  });
  const node = <EpsSearch {...{ candidates, total: null }} className={() => 'speed limit 20'} />;
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/eps-search-smooth.svg');
});

it('draws one bar per class', async () => {
  const values = Float32Array.from({ length: 43 }, (_, k) => (k === 8 ? 0.34 : 0.002 * (k % 7)));
  const node = <Sparkline values={values} marked={8} label="Median share per class" />;
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/sparkline.svg');
});

it('draws what one map misleads at every eps', async () => {
  const points = curveBounds(24 / 255).map((eps) => fakeCurvePoint(2, eps, 16, 8));
  const node = <EpsCurve {...{ points, own: 24 / 255, width: 300 }} />;
  expect(curveFinding(points)).toMatch(/^From ε \d+\/255 on it misleads: \d+\s% read right$/);
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/eps-curve.svg');
});

it('draws the knock-out test, plain and after fine-tuning', async () => {
  const plain = [0, 4, 5, 7, 9, 12].map((count) => ({
    ...{ count, tuned: false, next: 0.1, acc: 0.98 - 0.004 * count },
    share: Math.max(0.01, 0.4 - 0.035 * count),
  }));
  const tuned = [18, 27].map((count, i) => ({
    ...{ count, tuned: true, next: 0.1, acc: 0.97, share: 0.09 - 0.08 * i },
  }));
  const node = (
    <KnockOutChart
      {...{ points: [...plain, ...tuned], last: 139, pruned: 75, suggested: 27 }}
      {...{ classes: 43, width: 198 }}
    />
  );
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/knock-out.svg');
});

it('draws both rankings of every network', async () => {
  const networks = [
    { model: 'a', seed: 0, printed: 0.62, lab: 0.67 },
    { model: 'b', seed: 0, printed: 0.69, lab: 0.41 },
  ];
  const node = <FindingChart {...{ networks, titleOf: (id) => `Network ${id}`, width: 300 }} />;
  await expect(svgFile(node)).toMatchFileSnapshot('snapshots/finding.svg');
});
