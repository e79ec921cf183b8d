/** A run as one HTML page that needs nothing else: to print, to send, to keep. */
import { wilson95, type Rate } from '../../core/metrics.ts';
import { bestEpoch, epsText, madeSpec } from '../../store/selectors.ts';
import { STAGE_NAMES } from '../../store/outcomes.ts';
import { STAGES } from '../../store/resultsState.ts';
import type { AppState } from '../../store/state.ts';
import {
  attackName,
  count,
  dataName,
  percent,
  percentText,
  provenanceText,
  pText,
} from '../text/format.ts';
import { LICENCE } from '../text/cite.ts';
import { headline } from '../text/findings.ts';
import { escapeHtml } from './escapeHtml.ts';

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
  return `<td><b>${percentText(rate.value)}</b><small>${percent(low)} to ${percent(high)}, n = ${count(rate.n)}</small></td>`;
}

function stageRows({ results, view }: AppState): string {
  const isHidden = view.lens === 'defender';
  return STAGES.flatMap((stage) => {
    const record = results.stages[stage];
    if (record === undefined) return [];
    const { acc, asr, ra } = record.metrics;
    const cut = record.p === null ? '' : ` at p = ${pText(record.p)}`;
    const origin =
      record.recorded === null ? 'measured' : `recorded ${provenanceText(record.recorded)}`;
    const cells = [
      cell(acc, false),
      cell(asr, isHidden && asr !== null),
      cell(ra, isHidden && ra !== null),
    ];
    return [
      `<tr><th scope="row">${STAGE_NAMES[stage]}<small>${count(record.pruned)} maps pruned${cut}; ${escapeHtml(origin)}</small></th>${cells.join('')}</tr>`,
    ];
  }).join('');
}

/** Every setting by its name in the run spec. */
function settingsOf(value: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? settingsOf(entry, `${path}${key}.`)
      : [[path + key, String(entry)] as const],
  );
}

const settingsTable = (settings: ReturnType<typeof settingsOf>): string =>
  `<table><tbody>${settings
    .map(
      ([name, value]) =>
        `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
    )
    .join('')}</tbody></table>`;

/** What made the scores and the cut on show, and where the networks above were made otherwise, how. */
function settingsPart(state: AppState): string {
  const { stages, result } = state.results;
  const found = state.results.sweep;
  const made = settingsOf(madeSpec(state)).map(([name, value]) =>
    name === 'frg.eps' && found !== null
      ? ([name, value === 'auto' ? `auto: ${epsText(found.eps)}` : epsText(Number(value))] as const)
      : ([name, value] as const),
  );
  const latest = STAGES.findLast((s) => s !== 'backdoored' && stages[s] !== undefined);
  const spec = latest === undefined ? undefined : (stages[latest]?.spec ?? result?.spec);
  const known = new Map(made);
  const others = spec === undefined ? [] : settingsOf(spec);
  const differ = others.filter(
    ([name, value]) => !name.startsWith('frg.') && known.get(name) !== value,
  );
  const networks =
    differ.length === 0
      ? ''
      : `<h3>The networks in the table above were made with</h3>${settingsTable(differ)}`;
  return `<h2>Settings of the scores and the cut</h2>${settingsTable(made)}${networks}`;
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
  const { model, modelTrigger } = session;
  const isOther = view.lens === 'oracle' && model !== null && model.trigger !== modelTrigger;
  const other = isOther ? ' The trigger is not the model’s own.' : '';
  const informed = run.informed ? ' p was chosen after an Oracle look.' : '';
  const network =
    manifest === null
      ? ''
      : `${manifest.title}: ${dataName(manifest.data.id)}, ${attackName(manifest)}.`;
  const tuned =
    best === null
      ? ''
      : `<p>Fine-tuned for ${String(results.epochs.length)} epochs; the best by clean validation images is epoch ${String(best.epoch)}, Acc ${percentText(best.validation.value)}.</p>`;
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
<p>${escapeHtml(network)} Written on ${date} in ${lens}.${informed}${other}</p>
<h2>Before and after</h2>
<table><thead><tr><th>State</th><th>Acc, clean images read right</th><th>ASR, triggered images that fool it</th><th>RA, triggered images read right</th></tr></thead><tbody>${stageRows(state)}</tbody></table>
${tuned}
${figures}
${settingsPart(state)}
<p>Make it again${isOther ? ', with the model’s own trigger' : ''}: <a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>
<p class="mut">${escapeHtml(LICENCE)} Intervals are Wilson 95\u00a0%.</p>
<p class="mut">Method: D. Huang, Q. Bu: Adversarial Feature Map Pruning for Backdoor. ICLR 2024.</p>
</main></body></html>
`;
}
