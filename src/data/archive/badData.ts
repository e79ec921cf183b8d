import { FmpError } from '../../core/errors.ts';

/** What is wrong with a file of the user's. */
export interface BadDataFacts {
  /** The file, and the place in it, as the user knows it. */
  readonly field: string;
  readonly got: string;
  readonly expected: string;
  /** "copy or download the file again" unless something better is known. */
  readonly remedy?: string;
}

/** The error for a file that is damaged, incomplete, or not what it should be. */
export function badData(message: string, facts: BadDataFacts): FmpError {
  return new FmpError(message, {
    ...{ code: 'badData', remedy: 'copy or download the file again' },
    ...facts,
  });
}

/** 12345 as `12,345`. */
export function grouped(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** The message of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
