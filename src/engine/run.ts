/** One run from its spec: evaluate, sweep, select, prune, fine-tune, evaluate. */
import type { Until } from '../bridge/protocol.ts';
import type { RunResult } from '../bridge/runEvents.ts';
import { type FrgBound, smoothnessOf } from '../core/frg/bound.ts';
import { accuracy, rate } from '../core/metrics.ts';
import { mapsInScope } from '../core/network/plan.ts';
import { applyPruneMask, type PruneMask, pruneMask } from '../core/network/prune.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import { checkKeep, checkP, type RunSpec } from '../core/runSpec.ts';
import { chooseMaps } from './chooseMaps.ts';
import { fineTuneInput } from './fineTuneInput.ts';
import { Progress } from './progress.ts';
import { Recovery } from './recovery.ts';
import type { RunContext, Running } from './runContext.ts';
import { runResult } from './runResult.ts';
import { evaluateAgain, evaluateStage } from './stages.ts';
import { searchEps, startOf, type Sweep, sweep } from './sweep.ts';
import { warmUpTraining } from './warmUp.ts';

/**
 * Goes on with fresh workers where some are lost, twice at most: see `Recovery`.
 * @throws FmpError badInput, cancelled, or what a worker threw
 */
export async function executeRun(
  given: RunContext,
  spec: RunSpec,
  until: Until,
): Promise<RunResult | null> {
  const context: Running = { ...given, recovery: new Recovery(given) };
  const { session, emit, cache } = context;
  const { plan, stateDict } = session.model;
  const candidates = Int32Array.from(mapsInScope(plan, spec.frg.maps));
  checkP(spec.p, candidates.length);
  checkKeep(spec.keep ?? [], plan.maps);
  // Throws for a split that leaves too few images, before any work is done.
  session.split(spec);
  cache.lastSpec = spec;
  const again = context.again && until === 'evaluated' ? cache.outcome : undefined;
  if (again === undefined) delete cache.outcome;
  const backdoored = await evaluateStage(context, spec, 'backdoored', stateDict);
  if (again !== undefined) await evaluateAgain(context, spec, again);
  if (until === 'evaluated') return null;
  if (until === 'searched') {
    if (spec.frg.eps === 'auto') await searchEps(context, spec, context.searchAll);
    return null;
  }
  const scored = spec.control === 'none' ? await sweepOnce(context, spec) : null;
  if (until === 'scored') return null;
  const selection = await context.recovery.through({
    prepare: () => session.setWeights(stateDict),
    work: () => chooseMaps(context, spec, candidates, scored),
  });
  emit({ kind: 'selected', selection });
  const mask = pruneMask(plan, selection.pruned);
  emit({ kind: 'phase', phase: 'pruning' });
  const prunedWeights = applyPruneMask(stateDict, mask);
  const outcome = { spec, maps: selection.pruned, pruned: prunedWeights, fineTuned: null };
  cache.outcome = outcome;
  const pruned = await evaluateStage(context, spec, 'pruned', prunedWeights);
  if (until === 'pruned') return null;
  const begin = context.now();
  const { weights: tuned, epochs } = await context.recovery.through({
    prepare: () => session.setWeights(prunedWeights),
    work: () => train(context, spec, prunedWeights, mask),
  });
  const seconds = context.now() - begin;
  // After 0 epochs that is the pruned network.
  cache.outcome = { ...outcome, fineTuned: tuned };
  const fineTuned = await evaluateStage(context, spec, 'fineTuned', tuned);
  const fineTune = { seconds: epochs === 0 ? 0 : seconds, epochs };
  const stages = { backdoored, pruned, fineTuned };
  return runResult(context, spec, { stages, maps: selection.pruned, scored, fineTune });
}

/**
 * Sweeps with equal keys score alike: p, the score and the fine-tuning come after, but for a second
 * stage, which looks at what score and selection name.
 */
export function sweepKey({ seed, frg, fineTune, score, selection }: RunSpec): string {
  const { twoStage = false, ...rest } = frg;
  const looks = twoStage ? [score, selection] : [];
  return JSON.stringify([seed, rest, fineTune.retrainRatio, ...looks]);
}

/** The sweep of this spec, from the cache where only later settings changed. */
async function sweepOnce(context: Running, spec: RunSpec): Promise<Sweep> {
  const { cache, emit } = context;
  const key = sweepKey(spec);
  const known = cache.sweeps.get(key);
  if (known !== undefined) {
    const { table, config, seconds, gflops } = known;
    emit(startOf(table, config, true));
    emit({ kind: 'frgRows', from: 0, predictions: table.predictions });
    emit({ kind: 'frgDone', seconds, gflops });
    return known;
  }
  const begun = cache.begun.get(key);
  const bound = begun?.config ?? (await boundOf(context, spec));
  if (context.pauseAtSweep) {
    context.control.pause();
    emit({ kind: 'paused' });
  }
  const done = await sweep(context, spec, bound, begun?.table);
  cache.begun.delete(key);
  cache.sweeps.set(key, done);
  return done;
}

async function boundOf(context: Running, spec: RunSpec): Promise<FrgBound> {
  const { eps } = spec.frg;
  if (eps === 'auto') return searchEps(context, spec, context.searchAll);
  return { eps, ...smoothnessOf(spec.frg) };
}

/** Fine-tunes on the defender's clean images; which epoch's weights count, the spec says. */
async function train(
  context: RunContext,
  spec: RunSpec,
  weights: StateDict,
  mask: PruneMask,
): Promise<{ readonly weights: StateDict; readonly epochs: number }> {
  const { session, pool, control, emit, now } = context;
  const { epochs } = spec.fineTune;
  if (epochs === 0) return { weights, epochs };
  const { input, validation } = fineTuneInput(session, spec, weights, mask);
  const read = await session.classify(validation.images, control, () => undefined);
  emit({ kind: 'untuned', validation: accuracy(read, validation.labels) });
  await warmUpTraining(context, input);
  emit({ kind: 'phase', phase: 'fineTuning' });
  const progress = new Progress('fineTuning', 'images', epochs * input.labels.length, emit, now);
  let trained = weights;
  let run = 0;
  let lossSum = 0;
  await pool.fineTune(input, validation, control, (step, hits) => {
    lossSum += step.loss;
    progress.at(step.epoch * step.images + step.done);
    if (step.done < step.images) return;
    const loss = lossSum / Math.ceil(step.images / spec.fineTune.batchSize);
    lossSum = 0;
    trained = step.weights ?? trained;
    run = step.epoch + 1;
    const share = rate(hits, validation.labels.length);
    emit({ kind: 'epoch', epoch: step.epoch + 1, epochs, loss, validation: share });
  });
  return { weights: trained, epochs: run };
}
