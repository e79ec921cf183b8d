/**
 * `FmpChannelSums` on WebGPU: sums over batch and positions, straight from channels-last memory.
 * Every workgroup sums a run of rows, a second pass adds the runs, always in the same order.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelContract } from '../../core/network/kernels.ts';
import { elementType, runFlat } from './flat.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { loadWidth, unroll } from './wgsl.ts';

const THREADS = 256;
/** Runs of rows, at most. */
const MOST_RUNS = 256;

/** What is summed: values, squared deviations, or the two sums of batch norm's gradient. */
type What = 'values' | 'squares' | 'gradient';

interface Variant {
  readonly what: What;
  readonly width: 1 | 4;
  /** Threads side by side along the channels; the others share them. */
  readonly lanes: number;
}

export function channelSums(
  backend: KernelBackend,
  { x, centre, inverse, dz }: InfosOf<KernelContract['FmpChannelSums']['inputs']>,
): TensorInfo {
  const channels = x.shape[3] ?? 0;
  const rows = x.shape.slice(0, 3).reduce((a, b) => a * b, 1);
  const width = loadWidth(channels);
  const quads = channels / width;
  const lanes = quads > 8 ? 16 : quads > 4 ? 8 : 4;
  const perStep = THREADS / lanes;
  const steps = Math.max(4, Math.ceil(rows / MOST_RUNS / perStep));
  const runs = Math.ceil(rows / (steps * perStep));
  const what: What = dz !== undefined ? 'gradient' : centre !== undefined ? 'squares' : 'values';
  const columns = what === 'gradient' ? 2 * channels : channels;
  const variant: Variant = { what, width, lanes };
  const named = { x, centre, inverse, dz };
  const present = Object.entries(named).filter((entry): entry is [string, TensorInfo] => {
    return entry[1] !== undefined;
  });
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
    getUserCode: () => shader(variant),
  };
  const operands = present.map(([, tensor]) => tensor);
  const uniforms = [rows, steps].map((value) => ({ type: 'int32', data: [value] }));
  const all = backend.runWebGPUProgram(program, operands, 'float32', uniforms);
  const sum = sumRows(backend, all, runs, [columns]);
  backend.disposeData(all.dataId);
  return sum;
}

/** Sums of the `count` equal parts of x, in order, shaped as told. */
export function sumRows(
  backend: KernelBackend,
  x: TensorInfo,
  count: number,
  shape: readonly number[],
): TensorInfo {
  const width = loadWidth(shape.at(-1) ?? 0);
  return runFlat(backend, {
    ...{ key: 'fmpSumRows', operands: [{ name: 'x', tensor: x, width }] },
    ...{ outShape: shape, width },
    uniforms: [{ name: 'count', type: 'int32', value: count }],
    body: `
    for (var i = 0; i < uniforms.count; i++) { value += x[i * uniforms.size + index]; }`,
  });
}

function shader({ what, width, lanes }: Variant): string {
  const type = elementType(width);
  const perStep = THREADS / lanes;
  const two = what === 'gradient';
  const add = {
    values: 'sum += x[at];',
    squares: 'let d = x[at] - mean; sum += d * d;',
    gradient: 'sum += dz[at]; second += dz[at] * (x[at] - mean) * deviation;',
  }[what];
  const halvings = Array.from({ length: Math.log2(perStep) }, (_, i) => perStep >> (i + 1));
  return `
var<workgroup> sums : array<${type}, ${THREADS}>;
${two ? `var<workgroup> seconds : array<${type}, ${THREADS}>;` : ''}
fn main() {
  let tid = i32(localIndex);
  let quads = uniforms.xShape.w / ${width};
  let quad = i32(workgroupId.x) * ${lanes} + tid % ${lanes};
  let known = min(quad, quads - 1);
  ${what === 'values' ? '' : 'let mean = centre[known];'}
  ${two ? 'let deviation = inverse[known];' : ''}
  var sum = ${type}(0.0);
  var second = ${type}(0.0);
  for (var step = 0; step < uniforms.steps; step++) {
    let row = (i32(workgroupId.y) * uniforms.steps + step) * ${perStep} + tid / ${lanes};
    if (row < uniforms.rows) {
      let at = row * quads + known;
      ${add}
    }
  }
  sums[tid] = sum;
  ${two ? 'seconds[tid] = second;' : ''}
  workgroupBarrier();
${unroll(halvings.length, (i) => {
  const half = (halvings[i] ?? 0) * lanes;
  return `
  if (tid < ${half}) {
    sums[tid] += sums[tid + ${half}];
    ${two ? `seconds[tid] += seconds[tid + ${half}];` : ''}
  }
  workgroupBarrier();`;
})}
  if (tid < ${lanes} && quad < quads) {
    let at = i32(workgroupId.y) * uniforms.outShape.w / ${width} + quad;
    result[at] = sums[tid];
    ${two ? 'result[at + quads] = seconds[tid];' : ''}
  }
}`;
}
