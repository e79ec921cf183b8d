/** Pictures and reports of what is on show; fetched when one is asked for. */
import { smoothnessOf } from '../../core/frg/bound.ts';
import { channelMask } from '../../formats/channelMask.ts';
import type { App } from '../../store/app.ts';
import { visibleState } from '../../store/lessonView.ts';
import { cutOf, PRUNED, scoreTable } from '../../store/scoring.ts';
import { asMade, bestEpoch, currentCurve, pruneBudget } from '../../store/selectors.ts';
import type { AppState } from '../../store/state.ts';
import { encodeLink } from '../../store/urlCodec.ts';
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

function frgSvg(app: App, state: AppState): string | null {
  const figure = frgFigure(state, app.feed.snapshot());
  return figure === null ? null : renderSvg(figure);
}

/** What is on show, under the settings that made it. */
const shown = (app: App): AppState => asMade(visibleState(app.store.getState()));

/** The FRG chart as a vector drawing with its typefaces. */
export async function saveChartSvg(app: App): Promise<void> {
  const svg = frgSvg(app, shown(app));
  if (svg === null) return;
  saveFile(named(app, 'frg.svg'), `${await withFonts(svg)}\n`, 'image/svg+xml');
}

/** The FRG chart as a picture of twice its size. */
export async function saveChartPng(app: App): Promise<void> {
  const svg = frgSvg(app, shown(app));
  if (svg === null) return;
  const png = await pngOf(await withFonts(svg), PNG_SCALE);
  saveFile(named(app, 'frg.png'), png, 'image/png');
}

/** The maps above the line on show, also of a run whose weights are not here. */
export function saveMask(app: App): Promise<void> {
  const { session, run, results } = shown(app);
  const table = app.feed.snapshot();
  if (session.model === null || results.sweep === null || table === null) return Promise.resolve();
  const { plan } = session.model;
  const { eps } = results.sweep;
  const cut = cutOf(plan, scoreTable(table, run.spec.score), run.spec);
  const maps = table.maps.filter((_, row) => cut?.verdict[row] === PRUNED);
  const settings = { ...run.spec, frg: { ...run.spec.frg, eps, ...smoothnessOf(results.sweep) } };
  const mask = JSON.stringify(channelMask(plan, maps, settings), null, 2);
  saveFile(named(app, 'mask.json'), `${mask}\n`, 'application/json');
  return Promise.resolve();
}

/** Everything on show as one page. @param date ISO */
export async function saveReport(app: App, date: string): Promise<void> {
  const state = shown(app);
  const curve = currentCurve(state);
  const budget = pruneBudget(state);
  const { epochs, stages } = state.results;
  const start = stages.pruned?.validation ?? null;
  const frg = frgSvg(app, state);
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
              <FineTuneChart {...{ start, epochs, best: bestEpoch(epochs) }} width={SMALL} />,
            ),
          },
        ]),
  ];
  const fonts = await fontRules(charts.map(({ svg }) => svg));
  const [page = ''] = location.href.split('#');
  const link = `${page}${encodeLink(state.run.spec, state.view)}`;
  const html = reportHtml({ state, charts, fonts, link, date });
  saveFile(named(app, 'report.html'), html, 'text/html');
}
