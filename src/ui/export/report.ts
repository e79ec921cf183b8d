/** A run as one HTML page that needs nothing else: to print, to send, to keep. */
import { wilson95, type Rate } from '../../core/metrics.ts';
import { bestEpoch } from '../../store/selectors.ts';
import { STAGE_NAMES } from '../../store/outcomes.ts';
import { STAGES, type AppState } from '../../store/state.ts';
import { attackName, count, dataName, percent, provenanceText } from '../text/format.ts';
import { headline } from '../text/findings.ts';
import { escapeHtml } from './escapeHtml.ts';
import { LICENCE } from './FrgFigure.tsx';

interface Parts {
  readonly state: AppState;
  /** SVG texts, in the order in which they are shown, each with its heading. */
  readonly charts: readonly { readonly heading: string; readonly svg: string }[];
  /** Style rules that hold the typefaces of the charts. */
  readonly fonts: string;
  /** Address at which the run can be made again. */
  readonly link: string;
  /** ISO date. */
  readonly date: string;
}

function cell(rate: Rate | null, isHidden: boolean): string {
  if (isHidden) return '<td class="mut">hidden from the defender</td>';
  if (rate === null) return '<td class="mut">no trigger</td>';
  const [low, high] = wilson95(rate);
  return `<td><b>${percent(rate.value)} %</b><small>${percent(low)} to ${percent(high)}, n = ${count(rate.n)}</small></td>`;
}

function stageRows({ results, view }: AppState): string {
  const isHidden = view.lens === 'defender';
  return STAGES.flatMap((stage) => {
    const record = results.stages[stage];
    if (record === undefined) return [];
    const { acc, asr, ra } = record.metrics;
    const origin =
      record.recorded === null ? 'measured' : `recorded ${provenanceText(record.recorded)}`;
    const cells = [
      cell(acc, false),
      cell(asr, isHidden && asr !== null),
      cell(ra, isHidden && ra !== null),
    ];
    return [
      `<tr><th scope="row">${STAGE_NAMES[stage]}<small>${count(record.pruned)} maps pruned; ${escapeHtml(origin)}</small></th>${cells.join('')}</tr>`,
    ];
  }).join('');
}

/** Every setting by its name in the run spec. */
function settingRows(value: object, path = ''): string {
  return Object.entries(value)
    .map(([key, entry]: [string, unknown]) => {
      if (typeof entry === 'object' && entry !== null) return settingRows(entry, `${path}${key}.`);
      return `<tr><th scope="row">${escapeHtml(path + key)}</th><td>${escapeHtml(String(entry))}</td></tr>`;
    })
    .join('');
}

const STYLE = `
:root{color-scheme:light}
body{max-width:960px;margin:40px auto;padding:0 24px;background:#fbfaf7;color:#15191e;font:15px/1.5 'Inter Variable',Inter,system-ui,sans-serif}
h1{font:560 34px/1.15 'Source Serif 4 Variable',"Source Serif 4",Georgia,serif}h2{margin:34px 0 8px;font:560 20px/1.3 'Source Serif 4 Variable',"Source Serif 4",Georgia,serif}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:7px 14px 7px 0;border-bottom:1px solid #e5e3dd;text-align:left;vertical-align:top;font-weight:400}
th[scope=row]{font-weight:560}small{display:block;color:#565e68}.mut{color:#565e68}svg{width:100%;height:auto}.settings{columns:2}.settings th{font-weight:400;color:#565e68}
@media print{body{margin:0}h2{break-after:avoid}svg,tr{break-inside:avoid}}`;

/** The text of the report. Trigger-derived numbers are in it only when Oracle view is on. */
export function reportHtml({ state, charts, fonts, link, date }: Parts): string {
  const { session, run, results, view } = state;
  const manifest = session.model?.manifest ?? null;
  const best = bestEpoch(results.epochs);
  const lens = view.lens === 'oracle' ? 'Oracle view' : 'Defender view';
  const informed = run.informed ? ' p was chosen after an Oracle look.' : '';
  const network =
    manifest === null
      ? ''
      : `${manifest.title}: ${dataName(manifest.data.id)}, ${attackName(manifest)}.`;
  const tuned =
    best === null
      ? ''
      : `<p>Fine-tuned for ${String(results.epochs.length)} epochs; the best by clean validation images is epoch ${String(best.epoch)}, Acc ${percent(best.validation.value)} %.</p>`;
  const figures = charts
    .map(
      ({ heading, svg }) =>
        `<h2>${escapeHtml(heading)}</h2><figure style="margin:0">${svg}</figure>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>FMP Lab: ${escapeHtml(manifest?.title ?? 'a run')}, ${date}</title><style>${fonts}${STYLE}</style></head><body><main>
<h1>${escapeHtml(headline(manifest))}</h1>
<p>${escapeHtml(network)} Written on ${date} in ${lens}.${informed}</p>
<h2>Before and after</h2>
<table><thead><tr><th>State</th><th>Acc, clean images read right</th><th>ASR, triggered images that fool it</th><th>RA, triggered images read right</th></tr></thead><tbody>${stageRows(state)}</tbody></table>
${tuned}
${figures}
<h2>Settings</h2>
<table><tbody>${settingRows(run.spec)}</tbody></table>
<p>Make it again: <a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>
<p class="mut">${escapeHtml(LICENCE)} Intervals are Wilson 95 %.</p>
</main></body></html>
`;
}
