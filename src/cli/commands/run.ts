import type { ExportedWeights } from '../../bridge/own.ts';
import type { EngineApi, LoadedModel } from '../../bridge/protocol.ts';
import type { RunResult } from '../../bridge/runEvents.ts';
import { FmpError } from '../../core/errors.ts';
import { mapsInScope } from '../../core/network/plan.ts';
import { checkP, type RunSpec } from '../../core/runSpec.ts';
import { describeOptions, parseOptions, type Given, type Option } from '../args.ts';
import { type Loaded, withModel } from '../engineJob.ts';
import { engineOptionsOf, MODEL_OPTIONS, modelRequestOf } from '../modelOptions.ts';
import { withKnockOut } from '../knockOut.ts';
import { Progress } from '../progress.ts';
import { renderReport } from '../report.ts';
import { checkWritable, writeJson, writeWhole } from '../resultFile.ts';
import { SPEC_OPTIONS, specOf } from '../runOptions.ts';
import { INTERRUPTED, type Terminal } from '../terminal.ts';
import type { Command } from './command.ts';

const FILES: readonly Option[] = [
  { name: 'json', value: 'FILE', help: 'write the result there, fractions in [0, 1]' },
  { name: 'export-weights', value: 'FILE', help: 'write the resulting network (.safetensors)' },
  { name: 'export-mask', value: 'FILE', help: 'write the pruned feature maps (.json)' },
];
const OPTIONS: readonly Option[] = [
  ...SPEC_OPTIONS,
  ...MODEL_OPTIONS,
  ...FILES,
  {
    ...{ name: 'knock-out', value: null },
    help: 'prune as many maps as the knock-out test suggests, instead of --p',
  },
  { name: 'quiet', value: null, help: 'no progress' },
];

/** `fmp run`: score, prune, fine-tune, measure. */
export const run: Command = {
  name: 'run',
  summary: 'find the backdoor of a model, prune it, fine-tune, measure before and after',
  help: `Usage: fmp run --model ID|FILE [options]

${describeOptions(OPTIONS)}
A checkpoint from elsewhere needs --data; docs/checkpoints.md and docs/data.md say what is accepted.
Ctrl-C cancels and writes nothing. Exit status: 0 done, 2 bad input, 1 any other failure,
130 cancelled.
`,
  async run(args, context) {
    const began = performance.now();
    const given = parseOptions('run', args, OPTIONS);
    const asked = specOf(given);
    const options = engineOptionsOf(given, context.modelsDir);
    for (const { name } of FILES) {
      const path = given.get(name);
      if (path !== undefined) checkWritable(`--${name}`, path);
    }
    const request = modelRequestOf(asked.model, given, context.modelsDir);
    const quiet = given.has('quiet');
    const done = await withModel(request, options, quiet, context, (loaded) =>
      compute(loaded, asked, given, quiet ? null : context.terminal),
    );
    if (done === null) {
      context.terminal.err('fmp: cancelled, nothing was written\n');
      return INTERRUPTED;
    }
    const { result, exported, model } = done;
    writeFiles(given, result, exported);
    const totalSeconds = (performance.now() - began) / 1000;
    const { colour } = context.terminal;
    const className = namesOf(model);
    context.terminal.out(renderReport(result, { className, totalSeconds, colour }));
    return 0;
  },
};

interface Done {
  readonly result: RunResult;
  /** Null: not asked for. */
  readonly exported: ExportedWeights | null;
  readonly model: LoadedModel;
}

async function compute(
  { engine, model, id }: Loaded,
  asked: RunSpec,
  given: Given,
  terminal: Terminal | null,
): Promise<Done> {
  checkP(asked.p, mapsInScope(model.plan, asked.frg.maps).length);
  const result = await runShown(engine, { ...asked, model: id }, terminal, model, {
    findCount: given.has('knock-out'),
  });
  const wanted = given.has('export-weights') || given.has('export-mask');
  const exported = wanted ? await engine.exportWeights('fineTuned') : null;
  // People know the model by what they typed.
  return { result: { ...result, spec: { ...result.spec, model: asked.model } }, exported, model };
}

async function runShown(
  engine: EngineApi,
  spec: RunSpec,
  terminal: Terminal | null,
  model: LoadedModel,
  { findCount }: { readonly findCount: boolean },
): Promise<RunResult> {
  const progress =
    terminal === null ? null : new Progress(terminal, namesOf(model), () => performance.now());
  const show = progress?.show ?? (() => undefined);
  try {
    const showCut = progress?.showCut ?? (() => undefined);
    const final = findCount ? await withKnockOut(engine, spec, model.plan, show, showCut) : spec;
    const result = await engine.run(final, show);
    if (result === null) throw new FmpError('the run ended early', { code: 'internal' });
    return result;
  } finally {
    progress?.clear();
  }
}

function writeFiles(given: Given, result: RunResult, exported: ExportedWeights | null): void {
  const [json, weights, mask] = FILES.map(({ name }) => given.get(name));
  if (json !== undefined) writeJson(json, result);
  if (weights !== undefined && exported !== null) writeWhole(weights, exported.weights);
  if (mask !== undefined && exported !== null) writeWhole(mask, exported.mask);
}

/** `class 8 (speed limit 120)`. */
function namesOf({ manifest }: LoadedModel): (k: number) => string {
  return (k) => {
    const name = manifest.classes[k];
    return name === undefined ? `class ${k}` : `class ${k} (${name})`;
  };
}
