import type { AdoptedSweep } from '../bridge/protocol.ts';
import type { FrgTable } from '../core/frg/score.ts';
import type { Sweep } from './resultsState.ts';

/** A sweep on show as the engine takes it over; null before its first row. */
export function adoptable(sweep: Sweep | null, table: FrgTable | null): AdoptedSweep | null {
  if (sweep === null || table === null || table.rows === 0) return null;
  const { eps, seconds, gflops } = sweep;
  return { table, eps, seconds: seconds ?? 0, gflops: gflops ?? 0 };
}
