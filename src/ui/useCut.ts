import { cutOf, type Cut } from '../store/scoring.ts';
import { useAppState } from './AppContext.ts';
import { useScored } from './useScored.ts';

/** What the controls cut of the scores on show; null before every map is scored. */
export function useCut(): Cut | null {
  const scored = useScored();
  const spec = useAppState((state) => state.run.spec);
  const model = useAppState((state) => state.session.model);
  return model === null || scored === null ? null : cutOf(model.plan, scored, spec);
}
