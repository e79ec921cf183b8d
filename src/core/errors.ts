/**
 * One error shape for the whole program: what happened, what was found, what was expected,
 * and what to do about it. It crosses worker boundaries as plain data (`WireError`).
 */
export type ErrorCode =
  | 'badInput'
  | 'badModel'
  | 'badData'
  | 'backendUnavailable'
  | 'deviceLost'
  | 'workerDied'
  | 'outOfMemory'
  | 'cancelled'
  | 'internal';

export interface ErrorFacts {
  readonly code: ErrorCode;
  /** The input that is wrong, as the user knows it, e.g. "eps" or "layer2.1.conv2.weight". */
  readonly field?: string;
  readonly got?: string;
  readonly expected?: string;
  /** One sentence in the imperative: what the user can do now. */
  readonly remedy?: string;
}

export interface WireError extends ErrorFacts {
  readonly message: string;
}

/** An expected failure that a person can act on. Anything else thrown is a defect. */
export class FmpError extends Error {
  readonly facts: ErrorFacts;

  constructor(message: string, facts: ErrorFacts) {
    super(message);
    this.name = 'FmpError';
    this.facts = facts;
  }
}

/** Plain data for any thrown value; unknown errors become code "internal". */
export function toWire(error: unknown): WireError {
  if (error instanceof FmpError) return { message: error.message, ...error.facts };
  const message = error instanceof Error ? error.message : String(error);
  return { message, code: 'internal' };
}

/** The inverse of `toWire`, on the other side of a worker boundary. */
export function fromWire(wire: WireError): FmpError {
  const { message, ...facts } = wire;
  return new FmpError(message, facts);
}

/** One line for a terminal or an alert: message, found, expected, remedy. */
export function describeError(error: unknown): string {
  const { message, field, got, expected, remedy } = toWire(error);
  const detail = [
    field === undefined ? '' : `field: ${field}`,
    got === undefined ? '' : `got: ${got}`,
    expected === undefined ? '' : `expected: ${expected}`,
  ].filter((part) => part !== '');
  const body = detail.length > 0 ? `${message} (${detail.join('; ')})` : message;
  return remedy === undefined ? body : `${body} — ${remedy}`;
}
