/** The networks of a run on the test set: as it came, pruned, fine-tuned. */
import type { StageName } from '../bridge/runEvents.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { evaluate, type Evaluation } from './evaluation.ts';
import { Progress } from './progress.ts';
import type { Running, RunOutcome } from './runContext.ts';

/** Test-set metrics and sample predictions of these weights, reported as a stage. */
export async function evaluateStage(
  context: Running,
  spec: RunSpec,
  stage: StageName,
  weights: StateDict,
): Promise<Evaluation> {
  const { session, emit, recovery } = context;
  const [result, probabilities] = await recovery.through({
    prepare: () => session.setWeights(weights),
    work: async () => [
      await measure(context, spec, stage),
      await session.probabilities(await session.samples()),
    ],
  });
  emit({ kind: 'stage', stage, ...result, probabilities });
  return result;
}

/** The networks of the run before this one, as stages. */
export async function evaluateAgain(
  context: Running,
  spec: RunSpec,
  { pruned, fineTuned }: RunOutcome,
): Promise<void> {
  await evaluateStage(context, spec, 'pruned', pruned);
  if (fineTuned !== null) await evaluateStage(context, spec, 'fineTuned', fineTuned);
}

/** Metrics of the network that the workers hold; from the cache where it is the loaded one. */
async function measure(
  { session, control, emit, now, cache }: Running,
  spec: RunSpec,
  stage: StageName,
): Promise<Evaluation> {
  emit({ kind: 'phase', phase: 'evaluating', stage });
  const key = JSON.stringify([spec.seed, spec.evaluation]);
  const known = stage === 'backdoored' ? cache.evaluation.get(key) : undefined;
  let result = known;
  if (result === undefined) {
    const { test } = session.split(spec);
    let progress: Progress | null = null;
    result = await evaluate(session, test, control, (done, total) => {
      progress ??= new Progress('evaluating', 'images', total, emit, now);
      progress.at(done);
    });
  }
  if (stage === 'backdoored') cache.evaluation.set(key, result);
  return result;
}
