import type { StageMetrics } from '../core/metrics.ts';
import type { StageSummary } from './runEvents.ts';

/** What a stage came to, in numbers. @param nTriggered images that ASR and RA were measured on */
export function summaryOf({ acc, asr, ra }: StageMetrics, nTriggered = asr?.n ?? 0): StageSummary {
  return {
    ...{ acc: acc.value, asr: asr?.value ?? null, ra: ra?.value ?? null },
    ...{ nClean: acc.n, nTriggered },
  };
}
