import { badFile } from './fileError.ts';
import { PyDict, PyList, PyTuple, typeName, type PickleValue } from './values.ts';

/** The message of every error about what a pickle holds. */
export const BAD_PICKLE = 'the PyTorch file is not valid';

/** PyTorch's own limit on dimensions is 64; networks have 4. */
const MAX_RANK = 16;

export function mismatch(field: string, got: PickleValue | undefined, expected: string): Error {
  return badFile(BAD_PICKLE, field, typeName(got), expected);
}

/** An integer of 0 or more. @throws FmpError badModel naming `field` */
export function countOf(value: PickleValue | undefined, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw mismatch(field, value, 'an integer of 0 or more, below 2^53');
}

export function textOf(value: PickleValue | undefined, field: string): string {
  if (typeof value === 'string') return value;
  throw mismatch(field, value, 'a text');
}

export function dictOf(value: PickleValue | undefined, field: string): PyDict {
  if (value instanceof PyDict) return value;
  throw mismatch(field, value, 'a dictionary');
}

/** The items of a list or tuple. */
export function itemsOf(value: PickleValue | undefined, field: string): readonly PickleValue[] {
  if (value instanceof PyTuple || value instanceof PyList) return value.items;
  throw mismatch(field, value, 'a list or tuple');
}

/** The sides of a shape or the steps of its strides. */
export function countsOf(value: PickleValue | undefined, field: string): readonly number[] {
  const items = itemsOf(value, field);
  if (items.length > MAX_RANK)
    throw badFile(
      ...([BAD_PICKLE, field, `${String(items.length)} dimensions`] as const),
      `at most ${String(MAX_RANK)}`,
    );
  return items.map((item) => countOf(item, field));
}

/** @throws FmpError badModel when there are fewer arguments than `least` */
export function checkArguments(
  name: string,
  args: readonly PickleValue[],
  least: number,
  most: number,
): void {
  if (args.length >= least && args.length <= most) return;
  throw badFile(BAD_PICKLE, name, `${String(args.length)} arguments`, `at least ${String(least)}`);
}
