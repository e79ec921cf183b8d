import type { RunEvent } from '../../bridge/runEvents.ts';
import { FmpError } from '../../core/errors.ts';
import { type Rate, type StageMetrics, wilson95 } from '../../core/metrics.ts';
import { presetSpec } from '../../core/presets.ts';
import { describeOptions, parseOptions, type Option } from '../args.ts';
import { type Loaded, withModel } from '../engineJob.ts';
import { engineOptionsOf, MODEL_OPTIONS, modelRequestOf } from '../modelOptions.ts';
import { Progress } from '../progress.ts';
import { interval } from '../report.ts';
import { checkWritable, writeJson } from '../resultFile.ts';
import { SPEC_OPTIONS, specOf } from '../runOptions.ts';
import { INTERRUPTED, type Terminal } from '../terminal.ts';
import type { Command } from './command.ts';

const FROM_RUN = ['model', 'seed', 'test-images'];
const OPTIONS: readonly Option[] = [
  ...SPEC_OPTIONS.filter(({ name }) => FROM_RUN.includes(name)),
  ...MODEL_OPTIONS,
  { name: 'json', value: 'FILE', help: 'write the rates there, fractions in [0, 1]' },
  { name: 'quiet', value: null, help: 'no progress' },
];

/** `fmp eval`: Acc, ASR and RA of a model as it is. */
export const evaluate: Command = {
  name: 'eval',
  summary: 'measure Acc, ASR and RA of a model, and change nothing',
  help: `Usage: fmp eval --model ID|FILE [options]

${describeOptions(OPTIONS)}
Exit status: 0 done, 2 bad input, 1 any other failure, 130 cancelled.
`,
  async run(args, context) {
    const given = parseOptions('eval', args, OPTIONS);
    const { model, seed, evaluation } = specOf(given);
    const options = engineOptionsOf(given, context.modelsDir);
    const json = given.get('json');
    if (json !== undefined) checkWritable('--json', json);
    const request = modelRequestOf(model, given, context.modelsDir);
    const terminal = given.has('quiet') ? null : context.terminal;
    const metrics = await withModel(request, options, terminal === null, context, (loaded) =>
      measure(loaded, seed, evaluation.images, terminal),
    );
    if (metrics === null) {
      context.terminal.err('fmp: cancelled\n');
      return INTERRUPTED;
    }
    if (json !== undefined) writeJson(json, { model, seed, ...summaryOf(metrics) });
    context.terminal.out(render(model, metrics));
    return 0;
  },
};

/** Rates of the network as loaded. @param images of the test set, at most */
export async function measure(
  { engine, id }: Loaded,
  seed: number,
  images: number,
  terminal: Terminal | null,
): Promise<StageMetrics> {
  const base = presetSpec('lab', id);
  const spec = {
    ...base,
    ...{ seed, evaluation: { images }, preset: 'custom' as const, p: 1 },
    // Nothing is scored or trained: few clean images are no hindrance.
    frg: { ...base.frg, images: 1 },
    fineTune: { ...base.fineTune, retrainRatio: 1 },
  };
  const progress =
    terminal === null ? null : new Progress(terminal, String, () => performance.now());
  const found: StageMetrics[] = [];
  const show = (event: RunEvent): void => {
    if (event.kind === 'stage') found.push(event.metrics);
    // There is one network only: it needs no name.
    else progress?.show(event.kind === 'phase' ? { kind: 'phase', phase: event.phase } : event);
  };
  try {
    await engine.run(spec, show, 'evaluated');
  } finally {
    progress?.clear();
  }
  const [metrics] = found;
  if (metrics === undefined) throw new FmpError('nothing was measured', { code: 'internal' });
  return metrics;
}

function summaryOf({ acc, asr, ra }: StageMetrics) {
  return { acc: withInterval(acc), asr: withInterval(asr), ra: withInterval(ra) };
}

function withInterval(rate: Rate | null) {
  if (rate === null) return null;
  const [low, high] = wilson95(rate);
  return { value: rate.value, low, high, n: rate.n };
}

function render(model: string, { acc, asr, ra }: StageMetrics): string {
  const row = (name: string, rate: Rate | null): string =>
    rate === null
      ? `${name.padEnd(4)}not measured: no trigger is known`
      : `${name.padEnd(4)}${interval(rate.value, rate.n).padEnd(24)}n ${rate.n}`;
  return [
    `${model}, per cent, in brackets the 95 % interval (Wilson)`,
    ...[row('Acc', acc), row('ASR', asr), row('RA', ra)],
    '',
  ].join('\n');
}
