import type { RunResult, StageName, StageSummary } from '../bridge/runEvents.ts';
import { rate, wilson95 } from '../core/metrics.ts';
import { bound, clock, counted, percent } from './format.ts';
import { STAGES } from './progress.ts';

const GAP = '  ';
const LABEL = 20;
const COLUMNS = 80;

/** What a report says besides the result itself. */
export interface ReportContext {
  readonly className: (k: number) => string;
  /** From the start of the program to the result. */
  readonly totalSeconds: number;
  readonly colour: boolean;
}

/** The result of a run for people: rates with intervals, the suspect, what was pruned, the cost. */
export function renderReport(result: RunResult, context: ReportContext): string {
  const { spec, frg, fineTune } = result;
  const images = `${counted(frg.images, 'image')}, ${counted(frg.steps, 'step')}`;
  const sweep = `${frg.seconds.toFixed(1)} s, ${counted(frg.maps, 'map')}, ${images}, eps ${bound(frg)}`;
  const facts: readonly (readonly [string, string])[] = [
    ['suspected target', suspectLine(result, context.className)],
    ['maps pruned', prunedLine(result)],
    ['FRG', frg.maps === 0 ? 'none' : `${sweep}, ${frg.gflops.toFixed(1)} GFLOP/s`],
    ...secondLine(result),
    [
      'fine-tuning',
      fineTune.epochs === 0
        ? 'none'
        : `${fineTune.seconds.toFixed(1)} s, ${counted(fineTune.epochs, 'epoch')}`,
    ],
    ['backend', `${frg.backend}, ${counted(frg.threads, 'thread')}`],
    ['total', `${context.totalSeconds.toFixed(1)} s (${clock(context.totalSeconds)})`],
  ];
  const control = spec.control === 'none' ? '' : `, control ${spec.control}`;
  const title = `${spec.model}, preset ${spec.preset}${control}, p ${spec.p}, seed ${spec.seed}`;
  const lines = facts.map(([label, text]) => wrap(label.padEnd(LABEL), text));
  return [title, '', ...stageTable(result, context.colour), '', ...lines, ''].join('\n');
}

/** What the second look of a sweep in two stages changed. */
function secondLine({ frg, pruned }: RunResult): readonly (readonly [string, string])[] {
  if (frg.secondLook === undefined) return [];
  const { refined, changed } = frg.secondLook;
  return [
    ['second look', `at ${counted(refined, 'map')}; ${changed} of ${pruned.count} pruned for it`],
  ];
}

function stageTable({ stages, spec }: RunResult, colour: boolean): string[] {
  const { nClean, nTriggered } = stages.backdoored;
  const header = ['', `Acc %, n ${nClean}`, `ASR %, n ${nTriggered}`, `RA %, n ${nTriggered}`];
  const rows = (Object.keys(STAGES) as StageName[]).map((name) =>
    name === 'fineTuned' && spec.fineTune.epochs === 0
      ? [STAGES[name], 'not run', '', '']
      : [STAGES[name], ...stageCells(stages[name])],
  );
  const cells = [header, ...rows];
  const widths = header.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const bold = colour ? `\u001B[1m${head}\u001B[22m` : head;
  return [bold, ...body, 'in brackets: 95 % interval (Wilson)'];
}

function stageCells({ acc, asr, ra, nClean, nTriggered }: StageSummary): string[] {
  return [interval(acc, nClean), interval(asr, nTriggered), interval(ra, nTriggered)];
}

/** `97.80 [97.06, 98.36]`, in per cent; a dash where nothing was measured. */
export function interval(share: number | null, n: number): string {
  if (share === null) return '–';
  const [low, high] = wilson95(rate(Math.round(share * n), n));
  const [value, from, to] = [share, low, high].map((x) => (x * 100).toFixed(2));
  return `${value ?? ''} [${from ?? ''}, ${to ?? ''}]`;
}

function suspectLine(
  { suspectedTarget, frg }: RunResult,
  className: (k: number) => string,
): string {
  if (suspectedTarget === null) return frg.maps > 0 ? 'no dominant class' : 'not looked for';
  const { class: k, medianShare, runnerUp } = suspectedTarget;
  const margin = `${((medianShare - runnerUp) * 100).toFixed(1)} points`;
  return `${className(k)}; median share ${percent(medianShare)}, margin ${margin}`;
}

function prunedLine({ pruned, frg }: RunResult): string {
  const total = frg.maps > 0 ? `${pruned.count} of ${frg.maps}` : String(pruned.count);
  const layers = Object.entries(pruned.perLayer)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} ${count}`);
  return layers.length === 0 ? total : `${total}: ${layers.join(', ')}`;
}

/** Breaks lines after commas and semicolons; they go on under the text's beginning. */
function wrap(label: string, text: string): string {
  const [first = '', ...parts] = text.split(/(?<=[,;] )/);
  const lines = [first];
  for (const part of parts) {
    const line = (lines.at(-1) ?? '') + part;
    if (label.length + line.trimEnd().length > COLUMNS) lines.push(part);
    else lines[lines.length - 1] = line;
  }
  return label + lines.map((line) => line.trimEnd()).join(`\n${' '.repeat(label.length)}`);
}
