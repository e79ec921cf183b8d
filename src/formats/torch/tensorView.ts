import { checkArguments, countOf, countsOf, mismatch, BAD_PICKLE } from './arguments.ts';
import { badFile } from './fileError.ts';
import { StridedTensor, TorchStorage, type PickleValue } from './values.ts';

const NAME = 'torch._utils._rebuild_tensor_v2';

/**
 * A view of a storage: (storage, offset, sizes, strides, requires_grad, hooks), of which the last
 * two say nothing about the values.
 * @throws FmpError badModel when it is not one, or reaches past its storage
 */
export function buildTensor(args: readonly PickleValue[]): StridedTensor {
  checkArguments(NAME, args, 4, 7);
  const [storage, offsetValue, sizes, steps] = args;
  if (!(storage instanceof TorchStorage)) throw mismatch('tensor storage', storage, 'a storage');
  const where = `tensor of storage ${storage.key}`;
  const offset = countOf(offsetValue, `${where}: offset`);
  const shape = countsOf(sizes, `${where}: sizes`);
  const strides = countsOf(steps, `${where}: strides`);
  if (shape.length !== strides.length)
    throw badFile(
      ...([BAD_PICKLE, `${where}: strides`, `${String(strides.length)} strides`] as const),
      `${String(shape.length)}, one per size`,
    );
  if (!Number.isSafeInteger(elements(shape)))
    throw badFile(BAD_PICKLE, `${where}: sizes`, shape.join(' × '), 'fewer than 2^53 elements');
  const end = endOf(offset, shape, strides);
  if (end > storage.length)
    throw badFile(
      ...([BAD_PICKLE, where, `a view that ends at element ${String(end)}`] as const),
      `at most ${String(storage.length)}, the elements of its storage`,
    );
  return new StridedTensor(storage, offset, shape, strides);
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** One past the last element that the view touches. */
function endOf(offset: number, shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return offset;
  return shape.reduce((last, side, axis) => last + (side - 1) * (strides[axis] ?? 0), offset) + 1;
}
