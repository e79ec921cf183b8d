/** One comparison with a golden value, and how far it may be off. */
export interface CheckResult {
  readonly name: string;
  readonly status: 'pass' | 'fail' | 'skip';
  /** The worst error that was seen; null for a skip. */
  readonly error: number | null;
  /** What the error is held against, in words. */
  readonly limit: string;
  /** Where the worst error is, or why nothing was checked. */
  readonly note: string;
}

/** |got − expected| <= abs + rel·|expected|. */
export interface Tolerance {
  readonly abs: number;
  readonly rel?: number;
}

/** Every value within its tolerance; NaN and another length never are. */
export function near(
  name: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  { abs, rel = 0 }: Tolerance,
): CheckResult {
  const limit = `abs ${String(abs)}` + (rel === 0 ? '' : ` + rel ${String(rel)}`);
  if (got.length !== expected.length) return otherLength(name, got, expected, limit);
  let error = 0;
  let excess = -1;
  let at = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs((got[i] ?? NaN) - (expected[i] ?? NaN));
    const share = off / (abs + rel * Math.abs(expected[i] ?? NaN));
    if (!(share > excess) && !Number.isNaN(share)) continue;
    [error, excess, at] = [off, share, i];
    if (Number.isNaN(share)) break;
  }
  const status = excess <= 1 && expected.length > 0 ? 'pass' : 'fail';
  return { name, status, error, limit, note: `${String(expected.length)} values, worst at ${at}` };
}

/** The same values in the same order. */
export function same(
  name: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
): CheckResult {
  if (got.length !== expected.length) return otherLength(name, got, expected, 'equal');
  let wrong = 0;
  for (let i = 0; i < expected.length; i++) if (got[i] !== expected[i]) wrong++;
  return atMost(name, wrong, 0, `${String(expected.length)} values`);
}

/** A count or share that must not exceed its limit. */
export function atMost(name: string, error: number, limit: number, note: string): CheckResult {
  const status = error <= limit ? 'pass' : 'fail';
  return { name, status, error, limit: `at most ${String(limit)}`, note };
}

export function skip(name: string, reason: string): CheckResult {
  return { name, status: 'skip', error: null, limit: '', note: reason };
}

/** Many checks of one kind as one line: a failure where there is one, else the largest error. */
export function worstOf(name: string, results: readonly CheckResult[]): CheckResult {
  // A failure counts more than any error, and an error that is no number more than any other.
  const weight = ({ status, error }: CheckResult): number =>
    (status === 'fail' ? 1e9 : 0) + (Number.isNaN(error) ? 1e9 : (error ?? 0));
  let worst = results[0];
  for (const result of results) if (worst && weight(result) > weight(worst)) worst = result;
  if (worst === undefined) return skip(name, 'the folder has nothing to compare with');
  return { ...worst, name, note: `worst of ${String(results.length)}: ${worst.name}` };
}

/** One line for a terminal. */
export function describeCheck({ name, status, error, limit, note }: CheckResult): string {
  const found = error === null ? '' : `${shown(error)} (${limit})  `;
  return `${status.toUpperCase()}  ${name.padEnd(38)} ${found}${note}`;
}

const shown = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toPrecision(2);

function otherLength(
  name: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  limit: string,
): CheckResult {
  const note = `got ${String(got.length)} values, expected ${String(expected.length)}`;
  return { name, status: 'fail', error: NaN, limit, note };
}
