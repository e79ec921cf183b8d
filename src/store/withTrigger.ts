import type { TriggerSamples } from '../bridge/protocol.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { AppState } from './state.ts';

/** The state once the engine has another trigger in use: what was made with the one before is gone. */
export function withTrigger(
  state: AppState,
  trigger: TriggerSpec | null,
  changed: TriggerSamples,
): AppState {
  const { session, results } = state;
  if (session.model === null) return state;
  const model = { ...session.model, ...changed, trigger };
  const none = { epochs: [], selected: null, result: null, change: null };
  return {
    ...state,
    session: { ...session, model, error: null },
    results: { ...results, stages: {}, ...none },
  };
}
