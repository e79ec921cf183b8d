/** `FmpConv` and `FmpConvPhases` on WebGPU. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import type { Epilogue, KernelContract } from '../../core/network/kernels.ts';
import { CONV_UNIFORMS, type ConvVariant, convShader } from './convShader.ts';
import { gridOfRows } from './dispatch.ts';
import { isHalf } from './half.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { chooseTile, tileColumns, tileRows, tileThreads } from './tile.ts';
import { loadWidth } from './wgsl.ts';

type Inputs = InfosOf<KernelContract['FmpConv']['inputs']>;
type Size4 = [number, number, number, number];

/** What a launch needs beside its operands. */
interface Geometry {
  readonly outShape: Size4;
  /** Pixels of the grid that rows of the product run over. */
  readonly grid: readonly [number, number];
  readonly taps: readonly [number, number];
  readonly phase: readonly [number, number];
  readonly variant: ConvVariant;
}

const OPERANDS: readonly (keyof Epilogue)[] = ['bias', 'residual', 'scale', 'shift', 'mask'];

function launch(
  backend: KernelBackend,
  inputs: Inputs,
  { outShape, grid, taps, phase, variant }: Geometry,
  output?: TensorInfo,
): TensorInfo {
  const { tile } = variant;
  const extra = OPERANDS.filter((name) => inputs[name] !== undefined);
  const rows = Math.ceil((outShape[0] * grid[0] * grid[1]) / tileRows(tile));
  const { y, z } = gridOfRows(rows);
  const program: WebGPUProgram = {
    variableNames: ['x', 'weights', ...extra],
    variableComponents: [variant.widthIn, variant.widthOut, ...extra.map(() => variant.widthOut)],
    outputComponent: variant.widthOut,
    outputShape: outShape,
    uniforms: CONV_UNIFORMS,
    workgroupSize: [tileThreads(tile), 1, 1],
    dispatchLayout: { x: [3], y: [1, 2], z: [0] },
    dispatch: [Math.ceil(outShape[3] / tileColumns(tile)), y, z],
    shaderKey: `fmpConv ${JSON.stringify(variant)}`,
    getUserCode: () => convShader(variant),
  };
  const operands = extra.map((name) => inputs[name] as TensorInfo);
  const uniforms = [taps, phase, grid, [y]].map((data) => ({ type: 'int32', data: [...data] }));
  return backend.runWebGPUProgram(
    program,
    [inputs.x, inputs.filter, ...operands],
    'float32',
    uniforms,
    output,
  );
}

function variantOf(
  inputs: Inputs,
  outChannels: number,
  rest: Pick<ConvVariant, 'phases' | 'stride' | 'pad' | 'relu'> & { residualLast: boolean },
): ConvVariant {
  const { residualLast, ...shared } = rest;
  const inChannels = inputs.x.shape[3] ?? 0;
  const tile = chooseTile(outChannels, inChannels);
  return {
    ...{ tile, ...shared },
    ...{ widthIn: loadWidth(inChannels), widthOut: loadWidth(outChannels) },
    fullDepth: inChannels % tile.depth === 0,
    fullColumns: outChannels % tileColumns(tile) === 0,
    bias: inputs.bias !== undefined,
    residual: inputs.residual === undefined ? 'none' : residualLast ? 'last' : 'first',
    affine: inputs.scale !== undefined,
    mask: inputs.mask !== undefined,
    half: isHalf(),
  };
}

export function conv(
  backend: KernelBackend,
  inputs: Inputs,
  { stride, pad, relu, residualLast }: KernelContract['FmpConv']['attrs'],
): TensorInfo {
  const [batch, height, width] = inputs.x.shape as Size4;
  const [kernelY, kernelX, , outChannels] = inputs.filter.shape as Size4;
  const outY = Math.floor((height + 2 * pad - kernelY) / stride) + 1;
  const outX = Math.floor((width + 2 * pad - kernelX) / stride) + 1;
  return launch(backend, inputs, {
    outShape: [batch, outY, outX, outChannels],
    ...{ grid: [outY, outX], taps: [kernelY, kernelX], phase: [0, 0] },
    variant: variantOf(inputs, outChannels, { phases: false, stride, pad, relu, residualLast }),
  });
}

/**
 * Phase (a, b) of the output, rows 2i + a and columns 2j + b, reads its own quarter of the filter's
 * columns; of its 2×2 positions only those up to (a, b) are not zero, of a 1×1 filter only phase
 * (0, 0).
 */
export function convPhases(
  backend: KernelBackend,
  inputs: Inputs,
  { residualLast }: KernelContract['FmpConvPhases']['attrs'],
): TensorInfo {
  const [batch, height, width] = inputs.x.shape as Size4;
  const [kernel, , , columns] = inputs.filter.shape as Size4;
  const outShape: Size4 = [batch, 2 * height, 2 * width, columns / 4];
  const rest = { phases: true, stride: 1, pad: 0, relu: false, residualLast };
  const variant = variantOf(inputs, columns / 4, rest);
  let output: TensorInfo | undefined;
  for (const a of [0, 1])
    for (const b of [0, 1]) {
      const taps: [number, number] = kernel === 2 ? [1 + a, 1 + b] : a + b === 0 ? [1, 1] : [0, 0];
      const geometry: Geometry = { outShape, grid: [height, width], taps, phase: [a, b], variant };
      output = launch(backend, inputs, geometry, output);
    }
  return output as TensorInfo;
}
