/** SGD steps in train mode: losses, weights, running statistics, and what the result predicts. */
import { disposeAll } from '../../src/core/memory.ts';
import { keepTensors, trainStep } from '../../src/core/fineTune.ts';
import { applyPruneMask, pruneMask, type PruneMask } from '../../src/core/network/prune.ts';
import type { StateDict } from '../../src/core/network/stateDict.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  readStateDict,
} from '../../src/core/network/trainState.ts';
import { cosineRate, type Velocities } from '../../src/core/optimizer.ts';
import { type CheckResult, near, skip, worstOf } from './check.ts';
import { type Checks, IMAGE_VALUES, type OracleContext, withNetwork } from './context.ts';
import { networkLogits } from './forward.ts';
import { INPUT } from './frg.ts';
import { globalList } from './prune.ts';
import { atRoundings } from './roundings.ts';

const BATCHES = 'finetune/batches.safetensors';
const LOSS = { abs: 1e-4 };
const WEIGHTS = { abs: 1e-5 };
/** Relative 1e-4; below 0.01 a mean is held to what rounding alone does to it. */
const STATISTICS = { rel: 1e-4, from: 1e-2 };

interface Run {
  readonly weight_decay: number;
  readonly losses: readonly number[];
  /** "global p=4": where the run starts. */
  readonly prune?: string;
}

interface Results {
  readonly settings: { readonly lr: number; readonly momentum: number };
  readonly cosine_lr: {
    readonly base_lr: number;
    readonly T_max: number;
    readonly values: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  };
}

/** A part of the work, for slow backends; fewer steps than stored compare losses only. */
export interface FineTunePart {
  readonly runs?: readonly string[];
  readonly steps?: number;
}

export async function* fineTuneChecks(context: OracleContext, part: FineTunePart = {}): Checks {
  const results = context.folder.json('finetune/results.json') as Results & Record<string, Run>;
  yield cosineCheck(results);
  const runs = Object.entries(results).filter(
    ([name, run]) => Array.isArray(run.losses) && part.runs?.includes(name) !== false,
  );
  const finals = new Map<string, StateDict>();
  for (const [name, run] of runs) {
    const maps = run.prune === undefined ? [] : globalList(context, pOf(run.prune));
    const mask = pruneMask(context.plan, maps);
    const steps = Math.min(run.losses.length, part.steps ?? Infinity);
    yield* await atRoundings(context.folder.images(BATCHES, 'x'), async (pixels) => {
      const trained = { run, mask, name, steps, settings: results.settings, pixels };
      const { losses, weights } = await train(context, trained);
      const lossCheck = near(`finetune ${name}: losses`, losses, run.losses.slice(0, steps), LOSS);
      if (steps < run.losses.length) return [lossCheck];
      finals.set(name, weights);
      const logits = await logitsCheck(context, name, weights);
      return [lossCheck, ...finalChecks(context, name, weights), logits];
    });
  }
  const [decayed, plain] = [finals.get('wd'), finals.get('nowd')];
  if (decayed !== undefined && plain !== undefined) yield decayCheck(context, decayed, plain);
}

async function logitsCheck(
  context: OracleContext,
  run: string,
  weights: StateDict,
): Promise<CheckResult> {
  const output = await withNetwork(context, weights, (network) =>
    networkLogits(network, context.folder.images(INPUT, 'x')),
  );
  const golden = context.folder.floats('finetune/eval_logits.safetensors', `eval_logits.${run}`);
  return near(`finetune ${run}: eval logits`, output, golden, context.outputs);
}

interface Training {
  readonly run: Run;
  readonly mask: PruneMask;
  readonly name: string;
  readonly steps: number;
  readonly settings: Results['settings'];
  /** All batches, one after the other. */
  readonly pixels: Float32Array;
}

async function train(
  { folder, plan, weights, normalisation }: OracleContext,
  { run, mask, name, steps, settings: { lr, momentum }, pixels }: Training,
): Promise<{ losses: number[]; weights: StateDict }> {
  const batch = folder.tensor(BATCHES, 'x').shape[1] ?? 0;
  const labels = folder.integers(BATCHES, 'y');
  const network = createTrainNetwork(plan, applyPruneMask(weights, mask), normalisation);
  const keep = keepTensors(network, name.endsWith('_masked') ? mask : new Map());
  const velocities: Velocities = new Map();
  const config = { learningRate: lr, momentum, weightDecay: run.weight_decay };
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const [from, to] = [step * batch, (step + 1) * batch];
    const x = pixels.slice(from * IMAGE_VALUES, to * IMAGE_VALUES);
    const optimizer = { velocities, config, keep };
    losses.push(await trainStep(network, x, labels.slice(from, to), optimizer));
  }
  const trained = await readStateDict(network, weights);
  disposeTrainNetwork(network);
  disposeAll([...keep.values(), ...velocities.values()]);
  return { losses, weights: trained };
}

/** Weights and running statistics where the folder has them. */
function* finalChecks({ folder }: OracleContext, run: string, weights: StateDict) {
  const file = `finetune/final_${run}.safetensors`;
  if (!folder.has(file)) {
    yield skip(`finetune ${run}: weights`, 'the folder has none after this run, only its logits');
    return;
  }
  const trained: CheckResult[] = [];
  const statistics: CheckResult[] = [];
  for (const name of folder.tensors(file).keys()) {
    if (name.endsWith('.num_batches_tracked')) continue;
    const got = weights.get(name)?.data ?? [];
    const golden = folder.floats(file, name);
    if (name.includes('.running_')) statistics.push(nearStatistic(name, got, golden));
    else trained.push(near(name, got, golden, WEIGHTS));
  }
  yield worstOf(`finetune ${run}: weights`, trained);
  yield worstOf(`finetune ${run}: running statistics`, statistics);
}

/** The error is |got − expected| / max(|expected|, 0.01). */
function nearStatistic(name: string, got: ArrayLike<number>, golden: Float32Array): CheckResult {
  const scale = golden.map((value) => Math.max(STATISTICS.from, Math.abs(value)));
  const scaled = (values: ArrayLike<number>): number[] =>
    Array.from(values, (value, i) => value / (scale[i] ?? NaN));
  return near(name, scaled(got), scaled(golden), { abs: STATISTICS.rel });
}

/** What weight decay alone did to every tensor that both runs have. */
function decayCheck({ folder }: OracleContext, decayed: StateDict, plain: StateDict): CheckResult {
  const [first, second] = ['wd', 'nowd'].map((run) => `finetune/final_${run}.safetensors`);
  const names = [...folder.tensors(second ?? '').keys()].filter((name) => decayed.has(name));
  const minus = (a: Float32Array, b: Float32Array) => a.map((value, i) => value - (b[i] ?? NaN));
  const results = names
    .filter((name) => !name.includes('.running_'))
    .map((name) => {
      const golden = minus(folder.floats(first ?? '', name), folder.floats(second ?? '', name));
      const none = new Float32Array(0);
      const got = minus(decayed.get(name)?.data ?? none, plain.get(name)?.data ?? none);
      return near(name, got, golden, WEIGHTS);
    });
  return worstOf('finetune: weight decay alone', results);
}

function cosineCheck({ cosine_lr: golden }: Results): CheckResult {
  const checks = Object.entries(golden.values).flatMap(([key, versions]) =>
    Object.entries(versions).map(([name, rates]) => {
      const floor = Number(key.replace('eta_min=', ''));
      const got = rates.map((_, epoch) => cosineRate(golden.base_lr, epoch, golden.T_max, floor));
      return near(`${key} ${name}`, got, rates, { abs: 1e-9 });
    }),
  );
  return worstOf('finetune: cosine rates', checks);
}

function pOf(prune: string): number {
  const p = /^global p=(\d+)$/.exec(prune)?.[1];
  if (p === undefined) throw new Error(`finetune/results.json: unknown pruning "${prune}"`);
  return Number(p);
}
