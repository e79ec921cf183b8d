import { scoreTable, type Scored } from '../store/scoring.ts';
import { useAppState, useFrgTable } from './AppContext.ts';

/** The scores on show under the score that is chosen; null before the first map. */
export function useScored(): Scored | null {
  const table = useFrgTable();
  const score = useAppState((state) => state.run.spec.score);
  return table === null || table.rows === 0 ? null : scoreTable(table, score);
}

/** The same for the sweep before; null where there is none, or where it is not wanted. */
export function useScoredBefore(): Scored | null {
  const previous = useAppState((state) => state.previous);
  const isWanted = useAppState((state) => state.view.ghost);
  const score = useAppState((state) => state.run.spec.score);
  return previous === null || !isWanted ? null : scoreTable(previous.table, score);
}
