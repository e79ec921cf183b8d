import type { z } from 'zod';
import { FmpError } from './errors.ts';

/** Longest value that an error shows. */
const SHOWN = 80;

/**
 * The first thing wrong with a value that a schema refused, for an `FmpError`.
 * @param whole what to call the value itself where it is wrong altogether
 */
export function firstIssue(
  { issues: [issue] }: z.ZodError,
  value: unknown,
  whole: string,
): { readonly field: string; readonly got: string; readonly expected: string } {
  const path = issue?.path ?? [];
  const got = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
  return {
    field: path.length === 0 ? whole : path.join('.'),
    got: describe(got),
    expected: issue?.message ?? `a valid ${whole}`,
  };
}

/**
 * What someone asked for, checked.
 * @param whole what to call the value itself; @param then what to do once it is corrected
 * @throws FmpError badInput naming the first field that is wrong, what it got and the remedy
 */
export function parseInput<T>(
  schema: z.ZodType<T>,
  value: unknown,
  whole: string,
  then: string,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { field, got, expected } = firstIssue(result.error, value, whole);
  throw new FmpError(`${field} is not valid`, {
    ...{ code: 'badInput', field, got, expected },
    remedy: `correct this value and ${then}`,
  });
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (ArrayBuffer.isView(value)) return `${String(value.byteLength)} bytes`;
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
