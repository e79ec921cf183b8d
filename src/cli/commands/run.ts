import { statSync } from 'node:fs';
import type { BackendChoice, EngineApi, EngineInfo, RunResult } from '../../bridge/protocol.ts';
import { FmpError, toWire } from '../../core/errors.ts';
import { mapsInScope } from '../../core/network/plan.ts';
import { checkP, type RunSpec } from '../../core/runSpec.ts';
import type { Manifest } from '../../formats/manifest.ts';
import type { NodeEngineOptions } from '../../engine/node/engine.ts';
import { describeOptions, parseOptions, type Given, type Option } from '../args.ts';
import { checkWritable, writeJson } from '../jsonFile.ts';
import { resolveModel } from '../modelPath.ts';
import { Progress } from '../progress.ts';
import { renderReport } from '../report.ts';
import { SPEC_OPTIONS, specOf } from '../runOptions.ts';
import { INTERRUPTED, type Terminal } from '../terminal.ts';
import { badValue, choice, integerBetween } from '../values.ts';
import type { Command, Context } from './command.ts';

const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm', 'cpu'];
const MAX_THREADS = 256;

const OPTIONS: readonly Option[] = [
  ...SPEC_OPTIONS,
  { name: 'backend', value: BACKENDS.join('|'), help: 'what computes (auto: the fastest present)' },
  { name: 'threads', value: 'N', help: 'threads of the wasm backend (as many as cores)' },
  { name: 'data', value: 'DIR', help: 'folder of the images that a model needs, e.g. GTSRB' },
  { name: 'json', value: 'FILE', help: 'write the result there, fractions in [0, 1]' },
  { name: 'quiet', value: null, help: 'no progress' },
];

/** `fmp run`: score, prune, fine-tune, measure. */
export const run: Command = {
  name: 'run',
  summary: 'find the backdoor of a model, prune it, fine-tune, measure before and after',
  help: `Usage: fmp run --model ID|FILE [options]

${describeOptions(OPTIONS)}
Ctrl-C cancels and writes nothing. Exit status: 0 done, 2 bad input, 1 any other failure,
130 cancelled.
`,
  async run(args, context) {
    const began = performance.now();
    const given = parseOptions('run', args, OPTIONS);
    const asked = specOf(given);
    const options = engineOptions(given, context.modelsDir);
    const json = given.get('json');
    if (json !== undefined) checkWritable(json);
    const spec = { ...asked, model: resolveModel(asked.model, context.modelsDir) };
    const done = await compute(spec, options, given.has('quiet'), context);
    if (done === null) {
      context.terminal.err('fmp: cancelled, nothing was written\n');
      return INTERRUPTED;
    }
    if (json !== undefined) writeJson(json, done.result);
    const totalSeconds = (performance.now() - began) / 1000;
    const { colour } = context.terminal;
    const className = namesOf(done.manifest);
    context.terminal.out(renderReport(done.result, { className, totalSeconds, colour }));
    return 0;
  },
};

function engineOptions(given: Given, modelsDir: string): NodeEngineOptions {
  const [name, threadsGiven, dataDir] = ['backend', 'threads', 'data'].map((o) => given.get(o));
  const backend = choice(BACKENDS)(name ?? 'auto');
  if (backend === undefined)
    throw badValue('backend', name ?? '', BACKENDS.join(', '), 'leave it out to let fmp choose');
  const threads = integerBetween(1, MAX_THREADS)(threadsGiven ?? '');
  if (threadsGiven !== undefined && threads === undefined)
    throw badValue(
      ...(['threads', threadsGiven, `an integer from 1 to ${MAX_THREADS}`] as const),
      'leave it out to use every core',
    );
  if (dataDir !== undefined && statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw badValue('data', dataDir, 'a folder that exists', 'give the folder of the images');
  return {
    ...{ backend, modelsDir },
    ...(threads === undefined ? {} : { threads }),
    ...(dataDir === undefined ? {} : { dataDir }),
  };
}

/** The run's result, or null if it was cancelled. */
async function compute(
  spec: RunSpec,
  options: NodeEngineOptions,
  quiet: boolean,
  { terminal, createEngine }: Context,
): Promise<{ result: RunResult; manifest: Manifest } | null> {
  const engine = await createEngine(options);
  const stop = new AbortController();
  const stopped = (): boolean => stop.signal.aborted;
  const release = terminal.onInterrupt(() => {
    stop.abort();
    // A run that already ended has nothing to cancel.
    engine.cancel().catch(() => undefined);
  });
  try {
    if (!quiet) terminal.err(describeEngine(await engine.info()));
    const { manifest, plan } = await engine.load(spec.model);
    checkP(spec.p, mapsInScope(plan, spec.frg.maps).length);
    if (stopped()) return null;
    const result = await runShown(engine, spec, quiet ? null : terminal, namesOf(manifest));
    return stopped() ? null : { result, manifest };
  } catch (error) {
    if (stopped() || toWire(error).code === 'cancelled') return null;
    throw error;
  } finally {
    release();
    await engine.dispose();
  }
}

async function runShown(
  engine: EngineApi,
  spec: RunSpec,
  terminal: Terminal | null,
  className: (k: number) => string,
): Promise<RunResult> {
  const progress =
    terminal === null ? null : new Progress(terminal, className, () => performance.now());
  try {
    const result = await engine.run(spec, progress?.show ?? (() => undefined));
    if (result === null) throw new FmpError('the run ended early', { code: 'internal' });
    return result;
  } finally {
    progress?.clear();
  }
}

function describeEngine({ backend, device, skipped }: EngineInfo): string {
  const reasons = skipped.map((rung) => `${rung.backend} not used: ${rung.reason}\n`).join('');
  return `${reasons}${backend}: ${device}\n`;
}

/** `class 8 (speed limit 120)`. */
function namesOf({ classes }: Manifest): (k: number) => string {
  return (k) => {
    const name = classes[k];
    return name === undefined ? `class ${k}` : `class ${k} (${name})`;
  };
}
