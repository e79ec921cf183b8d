import type { ExportedWeights } from '../bridge/own.ts';
import { FmpError } from '../core/errors.ts';
import type { NetworkPlan } from '../core/network/plan.ts';
import { channelMask, writeWeights } from '../formats/channelMask.ts';
import { spreadCopies } from '../formats/poolCopies.ts';
import type { RunOutcome } from './runContext.ts';

/**
 * What a run made, as files. @param outcome undefined: no run of this model has pruned anything yet
 * @throws FmpError badInput when the run did not come so far
 */
export function exportOutcome(
  plan: NetworkPlan,
  outcome: RunOutcome | undefined,
  stage: 'pruned' | 'fineTuned',
): ExportedWeights {
  const weights = outcome?.[stage] ?? null;
  if (outcome === undefined || weights === null)
    throw new FmpError('the last run has no such network', {
      ...{ code: 'badInput', field: 'stage', got: stage },
      expected: outcome === undefined ? 'a run that has pruned' : 'pruned',
      remedy: 'let a run come so far first',
    });
  return {
    weights: writeWeights(spreadCopies(weights, plan.architecture)),
    mask: `${JSON.stringify(channelMask(plan, outcome.maps, outcome.spec), null, 2)}\n`,
  };
}
