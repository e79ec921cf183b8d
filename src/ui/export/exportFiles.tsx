/** Pictures and reports of what is on show; fetched when one is asked for. */
import type { App } from '../../store/app.ts';
import { bestEpoch, currentCurve, pruneBudget } from '../../store/selectors.ts';
import { AccuracyCurve } from '../charts/AccuracyCurve.tsx';
import { FineTuneChart } from '../charts/FineTuneChart.tsx';
import { saveFile } from '../saveFile.ts';
import { fontRules, withFonts } from './fonts.ts';
import { frgFigure } from './FrgFigure.tsx';
import { pngOf, renderSvg } from './renderSvg.ts';
import { reportHtml } from './report.ts';

const PNG_SCALE = 2;
const SMALL = 460;

function named(app: App, end: string): string {
  return `fmp-${app.store.getState().run.spec.model}-${end}`;
}

function frgSvg(app: App): string | null {
  const figure = frgFigure(app.store.getState(), app.feed.snapshot());
  return figure === null ? null : renderSvg(figure);
}

/** The FRG chart as a vector drawing with its typefaces. */
export async function saveChartSvg(app: App): Promise<void> {
  const svg = frgSvg(app);
  if (svg === null) return;
  saveFile(named(app, 'frg.svg'), `${await withFonts(svg)}\n`, 'image/svg+xml');
}

/** The FRG chart as a picture of twice its size. */
export async function saveChartPng(app: App): Promise<void> {
  const svg = frgSvg(app);
  if (svg === null) return;
  const png = await pngOf(await withFonts(svg), PNG_SCALE);
  saveFile(named(app, 'frg.png'), png, 'image/png');
}

/** Everything on show as one page. @param date ISO */
export async function saveReport(app: App, date: string): Promise<void> {
  const state = app.store.getState();
  const curve = currentCurve(state);
  const budget = pruneBudget(state);
  const { epochs } = state.results;
  const frg = frgSvg(app);
  const charts = [
    ...(frg === null ? [] : [{ heading: 'FRG scores', svg: frg }]),
    ...(curve === null || budget === null
      ? []
      : [
          {
            heading: 'What the cut costs: validation Acc by maps cut, %',
            svg: renderSvg(<AccuracyCurve {...{ ...curve, pruned: budget.count }} width={SMALL} />),
          },
        ]),
    ...(epochs.length === 0
      ? []
      : [
          {
            heading: 'Fine-tuning',
            svg: renderSvg(
              <FineTuneChart {...{ epochs, best: bestEpoch(epochs) }} width={SMALL} />,
            ),
          },
        ]),
  ];
  const fonts = await fontRules(charts.map(({ svg }) => svg));
  const html = reportHtml({ state, charts, fonts, link: location.href, date });
  saveFile(named(app, 'report.html'), html, 'text/html');
}
