/**
 * `FmpChannelSums` on WebGPU: sums over batch and positions, straight from channels-last memory.
 * Every workgroup sums a run of rows, a second pass adds the runs, always in the same order.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelContract } from '../../core/network/kernels.ts';
import { runFlat } from './flat.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { largestSubgroup } from './subgroups.ts';
import { type SumsVariant, sumsShader, THREADS } from './sumsShader.ts';
import { loadWidth } from './wgsl.ts';

/** Runs of rows, at most, and rows that each thread adds, at least. */
const MOST_RUNS = 256;
const LEAST_STEPS = 4;
/** So many rows are worth the threads of a workgroup; of fewer, one thread adds a column. */
const TALL = 16;

/** What is summed, [..., channels] seen as rows. */
interface Operands {
  readonly x: TensorInfo;
  readonly centre?: TensorInfo;
  readonly inverse?: TensorInfo;
  readonly dz?: TensorInfo;
  readonly mask?: TensorInfo;
}

export function channelSums(
  backend: KernelBackend,
  operands: InfosOf<KernelContract['FmpChannelSums']['inputs']>,
): TensorInfo {
  const { shape } = operands.x;
  const rows = shape.slice(0, 3).reduce((a, b) => a * b, 1);
  const { all, runs, columns } = launch(backend, operands, rows, shape[3] ?? 0, MOST_RUNS);
  const sum = sumRows(backend, all, runs, [columns]);
  backend.disposeData(all.dataId);
  return sum;
}

/** Sums of the `count` equal parts of x, in a fixed order, shaped as told. */
export function sumRows(
  backend: KernelBackend,
  x: TensorInfo,
  count: number,
  shape: readonly number[],
): TensorInfo {
  if (count >= TALL) {
    const columns = shape.reduce((a, b) => a * b, 1);
    const seen = { ...x, shape: [count, 1, 1, columns] };
    return { ...launch(backend, { x: seen }, count, columns, 1).all, shape: [...shape] };
  }
  const width = loadWidth(shape.at(-1) ?? 0);
  return runFlat(backend, {
    ...{ key: 'fmpSumRows', operands: [{ name: 'x', tensor: x, width }] },
    ...{ outShape: shape, width },
    uniforms: [{ name: 'count', type: 'int32', value: count }],
    body: `
    for (var i = 0; i < uniforms.count; i++) { value += x[i * uniforms.size + index]; }`,
  });
}

/** Sums of at most `most` runs of the rows, [runs,1,1,columns]. */
function launch(
  backend: KernelBackend,
  { x, centre, inverse, dz, mask }: Operands,
  rows: number,
  channels: number,
  most: number,
): { readonly all: TensorInfo; readonly runs: number; readonly columns: number } {
  const width = loadWidth(channels);
  const quads = channels / width;
  const lanes = quads > 8 ? 16 : quads > 4 ? 8 : 4;
  const perStep = THREADS / lanes;
  const steps = Math.max(LEAST_STEPS, Math.ceil(rows / most / perStep));
  const runs = Math.ceil(rows / (steps * perStep));
  const what = dz !== undefined ? 'gradient' : centre !== undefined ? 'squares' : 'values';
  const columns = what === 'gradient' ? 2 * channels : channels;
  const masked = mask !== undefined;
  const variant: SumsVariant = { what, masked, width, lanes, subgroup: largestSubgroup() };
  const present = Object.entries({ x, centre, inverse, dz, mask }).filter(
    (entry): entry is [string, TensorInfo] => entry[1] !== undefined,
  );
  const program: WebGPUProgram = {
    variableNames: present.map(([name]) => name),
    variableComponents: present.map(() => width),
    outputComponent: width,
    outputShape: [runs, 1, 1, columns],
    uniforms: 'rows : i32, steps : i32, ',
    workgroupSize: [THREADS, 1, 1],
    dispatchLayout: { x: [3], y: [1, 2], z: [0] },
    dispatch: [Math.ceil(quads / lanes), runs, 1],
    shaderKey: `fmpChannelSums ${JSON.stringify(variant)}`,
    getUserCode: () => sumsShader(variant),
  };
  const tensors = present.map(([, tensor]) => tensor);
  const uniforms = [rows, steps].map((value) => ({ type: 'int32', data: [value] }));
  const all = backend.runWebGPUProgram(program, tensors, 'float32', uniforms);
  return { all, runs, columns };
}
