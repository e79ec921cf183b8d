import { describeError, fromWire } from '../core/errors.ts';
import type { StudyResult } from './study.ts';
import { INTERRUPTED, type Terminal } from './terminal.ts';

/**
 * Says what is missing, and writes files where nothing was cancelled.
 * @returns exit status: 0 done, 1 some jobs failed, 130 cancelled
 */
export function endStudy<C>(
  { rows, failures, cancelled }: StudyResult<C>,
  terminal: Terminal,
  write: () => void,
): number {
  if (cancelled) {
    const done = rows.filter(([, kept]) => kept !== null).length;
    terminal.err(
      `fmp: cancelled; ${done} of ${rows.length} results are kept, the same command goes on\n`,
    );
    return INTERRUPTED;
  }
  write();
  for (const { label, error } of failures) {
    const line = describeError(fromWire(error)).replaceAll(/\p{Cc}/gu, ' ');
    terminal.err(`fmp: ${label.replaceAll(/ +/g, ' ')}: ${line}\n`);
  }
  return failures.length > 0 ? 1 : 0;
}
