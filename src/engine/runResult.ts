/** What a run reports at its end. */
import type { RunResult, StageName, StageSummary } from '../bridge/runEvents.ts';
import { summaryOf } from '../bridge/stageSummary.ts';
import { smoothnessOf } from '../core/frg/bound.ts';
import { classShares, findSuspect } from '../core/frg/score.ts';
import { secondLook } from '../core/frg/twoStage.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { Evaluation } from './evaluation.ts';
import type { RunContext } from './runContext.ts';
import type { Sweep } from './sweep.ts';

/** What the parts of a run came to. */
interface Parts {
  readonly stages: Readonly<Record<StageName, Evaluation>>;
  /** Global feature-map indices of what was pruned. */
  readonly maps: Int32Array;
  /** Null: a control, which scores nothing. */
  readonly scored: Sweep | null;
  readonly fineTune: RunResult['fineTune'];
}

export function runResult(
  context: RunContext,
  spec: RunSpec,
  { stages, maps, scored, fineTune }: Parts,
): RunResult {
  const { plan } = context.session.model;
  return {
    spec,
    stages: {
      backdoored: summary(stages.backdoored),
      pruned: summary(stages.pruned),
      fineTuned: summary(stages.fineTuned),
    },
    suspectedTarget: suspectOf(scored),
    pruned: { count: maps.length, perLayer: perLayer(plan, maps) },
    frg: { ...frgSummary(context, spec, scored), ...secondLookOf(plan, spec, scored) },
    fineTune,
  };
}

function suspectOf(scored: Sweep | null): RunResult['suspectedTarget'] {
  if (scored === null) return null;
  const suspect = findSuspect(classShares(scored.table), scored.table);
  if (suspect?.dominant !== true) return null;
  const { medianShare, runnerUp } = suspect;
  return { class: suspect.class, medianShare, runnerUp: runnerUp.medianShare };
}

function frgSummary({ pool }: RunContext, spec: RunSpec, scored: Sweep | null): RunResult['frg'] {
  const { backend, threads } = pool.info;
  return {
    seconds: scored?.seconds ?? 0,
    maps: scored?.table.maps.length ?? 0,
    images: scored?.table.labels.length ?? 0,
    steps: spec.frg.steps,
    eps: scored?.config.eps ?? 0,
    ...smoothnessOf(scored?.table ?? {}),
    gflops: scored?.gflops ?? 0,
    backend,
    threads,
  };
}

function secondLookOf(
  plan: NetworkPlan,
  spec: RunSpec,
  scored: Sweep | null,
): Pick<RunResult['frg'], 'secondLook'> {
  const found = scored === null ? null : secondLook(plan, scored.table, spec);
  return found === null ? {} : { secondLook: found };
}

function perLayer(plan: NetworkPlan, pruned: Int32Array): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const map of pruned) {
    const { conv } = locateMap(plan, map);
    counts[conv.name] = (counts[conv.name] ?? 0) + 1;
  }
  return counts;
}

function summary({ metrics, predictions }: Evaluation): StageSummary {
  return summaryOf(metrics, predictions.triggered?.length ?? 0);
}
