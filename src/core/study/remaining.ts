/** How long a list of jobs will still take. */
import { average } from './statistics.ts';

export interface JobTime {
  /** Jobs of one kind take about as long. */
  readonly kind: string;
  /** Wall-clock seconds so far, all of them where it has ended; null before it starts. */
  readonly seconds: number | null;
  readonly ended: boolean;
  /** Of the machine, (0, 1]: 1/2 where two such jobs run at the same time. */
  readonly share: number;
}

/**
 * Seconds until all have ended, from those that have: a job takes as long as the mean of its kind,
 * or of all where none of its kind has ended.
 * @returns null before the first has ended
 */
export function remainingSeconds(jobs: readonly JobTime[]): number | null {
  const ended = jobs.filter((job) => job.ended);
  if (ended.length === 0) return null;
  const expected = (kind: string): number => {
    const same = ended.filter((job) => job.kind === kind);
    return average((same.length > 0 ? same : ended).map(({ seconds }) => seconds ?? 0));
  };
  return jobs
    .filter((job) => !job.ended)
    .reduce(
      (sum, { kind, seconds, share }) => sum + share * Math.max(0, expected(kind) - (seconds ?? 0)),
      0,
    );
}
