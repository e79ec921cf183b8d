import type { HostDtype, HostTensor } from '../hostTensor.ts';
import { decodeTensor, DTYPE_BYTES } from '../hostTensor.ts';
import { BAD_PICKLE } from './arguments.ts';
import { COST, type MemoryBudget } from './budget.ts';
import { badFile } from './fileError.ts';
import { readLegacy } from './legacy.ts';
import { elements } from './tensorView.ts';
import type { PickleValue, StridedTensor, TorchStorage } from './values.ts';
import { isZip, readZipDirectory } from './zip.ts';
import { readZipTorch } from './zipTorch.ts';

/** What was saved, with its tensors still in the file. */
export interface TorchFile {
  readonly format: 'zip' | 'legacy';
  readonly root: PickleValue;
  /** The elements of a storage; a view of the file. */
  storageBytes(storage: TorchStorage): Uint8Array;
}

/**
 * A file of torch.save, in the zip format or the one before PyTorch 1.6. Nothing in it is run, and
 * no tensor is copied yet.
 * @throws FmpError badModel when it is damaged, cut, or holds more than data and tensors
 */
export function readTorchFile(bytes: Uint8Array, budget: MemoryBudget): TorchFile {
  return isZip(bytes) ? readZipTorch(readZipDirectory(bytes), budget) : readLegacy(bytes, budget);
}

/**
 * Copies tensors out of the file, dense and row-major.
 * @param budget what is left of the file's, for them and the work on them
 * @throws FmpError badModel naming the tensor at which they would take more
 */
export function loadTensors(
  file: TorchFile,
  views: ReadonlyMap<string, StridedTensor>,
  budget: MemoryBudget,
): Map<string, HostTensor> {
  budget.take(views.size * COST.tensor);
  const limit = budget.forTensors;
  // Zero strides make few bytes many: a view of one element can have any size.
  let kept = 0;
  let scratch = 0;
  for (const [name, view] of views) {
    const { storage, shape } = view;
    const count = elements(shape);
    kept += count * hostBytes(storage.dtype);
    scratch = Math.max(scratch, count * DTYPE_BYTES[storage.dtype] * (isDense(view) ? 1 : 2));
    if (kept + scratch > limit)
      throw badFile(
        ...([BAD_PICKLE, name, `[${shape.join(', ')}], more than the file can hold`] as const),
        `tensors of at most ${String(limit)} bytes, as the file has the size for no more`,
      );
  }
  return new Map(Array.from(views, ([name, view]) => [name, loadTensor(file, view)]));
}

/** Bytes of an element in memory. */
function hostBytes(dtype: HostDtype): number {
  if (dtype === 'I64') return 8;
  return dtype === 'U8' || dtype === 'BOOL' ? 1 : 4;
}

function loadTensor(file: TorchFile, view: StridedTensor): HostTensor {
  const { storage, shape, offset } = view;
  const bytes = file.storageBytes(storage);
  const item = DTYPE_BYTES[storage.dtype];
  const start = (storage.offset + offset) * item;
  const dense = isDense(view)
    ? bytes.subarray(start, start + elements(shape) * item)
    : gather(bytes, start, view, item);
  return decodeTensor(storage.dtype, shape, dense);
}

/** Row-major without gaps. */
function isDense({ shape, strides }: StridedTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] ?? 0;
    if (side !== 1 && strides[axis] !== expected) return false;
    expected *= side;
  }
  return true;
}

function gather(
  bytes: Uint8Array,
  start: number,
  { shape, strides }: StridedTensor,
  item: number,
): Uint8Array {
  const count = elements(shape);
  const dense = new Uint8Array(count * item);
  const index = shape.map(() => 0);
  let from = start;
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < item; byte++) dense[i * item + byte] = bytes[from + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const step = (strides[axis] ?? 0) * item;
      from += step;
      index[axis] = (index[axis] ?? 0) + 1;
      if (index[axis] !== shape[axis]) break;
      from -= step * (shape[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return dense;
}
