/**
 * torchvision's VGG stretches its last map to 7×7 before the first linear layer. At 32×32 five pools
 * leave one pixel, so that each channel is read 49 times over: one column of sums says the same.
 */
import type { Architecture } from '../core/network/architecture.ts';
import type { StateDict, StateTensor } from '../core/network/stateDict.ts';

/** The one tensor that a file has with more columns; null where there is none. */
export function copiedTensor(
  architecture: Architecture,
): { readonly name: string; readonly copies: number } | null {
  if (architecture.family !== 'VggBn' || architecture.copies === undefined) return null;
  return { name: `${architecture.linears[0] ?? ''}.weight`, copies: architecture.copies };
}

/** [outputs, C·copies], as the file has it, to [outputs, C]. Sums are float64, then rounded. */
export function sumCopies({ shape, data }: StateTensor, copies: number): StateTensor {
  const [outputs = 0, columns = 0] = shape;
  const sums = new Float32Array(data.length / copies);
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    for (let j = i * copies; j < (i + 1) * copies; j++) sum += data[j] ?? 0;
    sums[i] = sum;
  }
  return { shape: [outputs, columns / copies], data: sums };
}

/** Back to the file's shape: each copy has the same share. What the network computes is the same. */
export function spreadCopies(stateDict: StateDict, architecture: Architecture): StateDict {
  const copied = copiedTensor(architecture);
  const tensor = copied === null ? undefined : stateDict.get(copied.name);
  if (copied === null || tensor === undefined) return stateDict;
  const { name, copies } = copied;
  const [outputs = 0, channels = 0] = tensor.shape;
  const data = new Float32Array(tensor.data.length * copies);
  tensor.data.forEach((value, i) => data.fill(value / copies, i * copies, (i + 1) * copies));
  return new Map(stateDict).set(name, { shape: [outputs, channels * copies], data });
}
