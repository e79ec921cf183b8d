/** Kernels of our own on tfjs's WASM backend: convolutions, filter gradient, batch norm. */
import * as tf from '@tensorflow/tfjs-core';
import { adjointShape } from '../../core/network/adjoint.ts';
import type { KernelContract, KernelName } from '../../core/network/kernels.ts';
import type { InfosOf } from '../webgpu/infos.ts';
import type { Convolution, Convolver, Following } from './convolver.ts';
import { type OwnBackend, pointer, size4 } from './ownBackend.ts';

type Inputs = InfosOf<KernelContract['FmpConv']['inputs']>;

type Kernel<K extends KernelName> = (
  backend: OwnBackend,
  convolver: Convolver,
  inputs: InfosOf<KernelContract[K]['inputs']>,
  attrs: KernelContract[K]['attrs'],
) => tf.TensorInfo;

const KERNELS = [
  entry('FmpConv', conv),
  entry('FmpConvPhases', convPhases),
  entry('FmpAdjointFilter', adjointFilter),
  entry('FmpFilterGradient', filterGradient),
  entry('FmpChannelSums', channelSums),
  entry('FmpAffine', affine),
];

interface Entry {
  readonly kernelName: KernelName;
  readonly run: (
    convolver: Convolver,
    params: Parameters<tf.KernelFunc>[0],
  ) => ReturnType<tf.KernelFunc>;
}

function entry<K extends KernelName>(kernelName: K, kernel: Kernel<K>): Entry {
  return {
    kernelName,
    // tfjs knows tensors and attributes by name only; `runKernel` checked them where it was called.
    run: (convolver, { inputs, attrs, backend }) =>
      kernel(
        backend as OwnBackend,
        convolver,
        inputs as unknown as InfosOf<KernelContract[K]['inputs']>,
        attrs as unknown as KernelContract[K]['attrs'],
      ),
  };
}

/** Makes the kernels known to tfjs; `find` says who works for a backend. */
export function registerKernels(find: (backend: object) => Convolver | undefined): void {
  for (const { kernelName, run } of KERNELS) {
    if (isRegistered(kernelName)) continue;
    tf.registerKernel({
      ...{ kernelName, backendName: 'wasm' },
      kernelFunc: (params) => {
        const convolver = find(params.backend);
        if (convolver === undefined) throw new Error(`${kernelName} is not at work here`);
        return run(convolver, params);
      },
    });
  }
}

/** Gives their work back to tfjs's kernels. */
export function withdrawKernels(): void {
  for (const { kernelName } of KERNELS)
    if (isRegistered(kernelName)) tf.unregisterKernel(kernelName, 'wasm');
}

/** The types do not admit what happens where there is none. */
function isRegistered(name: string): boolean {
  return (tf.getKernel(name, 'wasm') as tf.KernelConfig | undefined) !== undefined;
}

function conv(
  backend: OwnBackend,
  convolver: Convolver,
  inputs: Inputs,
  { stride, pad, relu, residualLast, backward }: KernelContract['FmpConv']['attrs'],
): tf.TensorInfo {
  const stock = byTfjs(backend, inputs, { stride, pad, relu });
  if (stock !== null) return stock;
  const [n, h, w] = size4(inputs.x);
  const [kernel, , , outChannels] = size4(inputs.filter);
  const side = (size: number): number => Math.floor((size + 2 * pad - kernel) / stride) + 1;
  const output = backend.makeOutput([n, side(h), side(w), outChannels], 'float32');
  const following = followingOf(backend, inputs, relu, residualLast);
  const convolution = convolutionOf(backend, inputs, outChannels, following, output);
  convolver.convolve(convolution, { stride, pad, backward });
  return output;
}

/**
 * By tfjs's kernel where that is faster: few channels, of images say, do not fill a vector. Null where
 * it is not, or cannot do what follows.
 */
function byTfjs(
  backend: OwnBackend,
  { x, filter, bias, residual, scale, mask }: Inputs,
  { stride, pad, relu }: Pick<KernelContract['FmpConv']['attrs'], 'stride' | 'pad' | 'relu'>,
): tf.TensorInfo | null {
  const whole = (x.shape[3] ?? 0) % 4 === 0;
  if (whole || residual !== undefined || scale !== undefined || mask !== undefined) return null;
  const { kernelFunc } = tf.getKernel('FusedConv2D', 'wasm');
  const output = kernelFunc({
    inputs: { x, filter, ...(bias === undefined ? {} : { bias }) },
    backend,
    attrs: {
      ...{ strides: [stride, stride], dilations: [1, 1], pad, dataFormat: 'NHWC' },
      activation: relu ? 'relu' : 'linear',
    },
  });
  return output as tf.TensorInfo;
}

function convPhases(
  backend: OwnBackend,
  convolver: Convolver,
  inputs: Inputs,
  { residualLast }: KernelContract['FmpConvPhases']['attrs'],
): tf.TensorInfo {
  const [n, h, w] = size4(inputs.x);
  const outChannels = (inputs.filter.shape[3] ?? 0) / 4;
  const output = backend.makeOutput([n, 2 * h, 2 * w, outChannels], 'float32');
  const following = followingOf(backend, inputs, false, residualLast);
  convolver.convolvePhases(convolutionOf(backend, inputs, outChannels, following, output));
  return output;
}

function adjointFilter(
  backend: OwnBackend,
  convolver: Convolver,
  { filter }: InfosOf<KernelContract['FmpAdjointFilter']['inputs']>,
  { stride }: KernelContract['FmpAdjointFilter']['attrs'],
): tf.TensorInfo {
  const output = backend.makeOutput(adjointShape(filter.shape, stride), 'float32');
  const at = pointer(backend);
  convolver.adjointFilter(at(filter), size4(filter), stride, at(output));
  return output;
}

function filterGradient(
  backend: OwnBackend,
  convolver: Convolver,
  { x, dy }: InfosOf<KernelContract['FmpFilterGradient']['inputs']>,
  { kernel, stride }: KernelContract['FmpFilterGradient']['attrs'],
): tf.TensorInfo {
  const [shape, outShape] = [size4(x), size4(dy)];
  const output = backend.makeOutput([kernel, kernel, shape[3], outShape[3]], 'float32');
  const at = pointer(backend);
  convolver.filterGradient({
    ...{ x: at(x), shape, dy: at(dy), outShape, kernel, stride, dw: at(output) },
  });
  return output;
}

/** Values of each channel. */
const rowsOf = ({ shape }: tf.TensorInfo): number => shape.slice(0, 3).reduce((a, b) => a * b, 1);

function channelSums(
  backend: OwnBackend,
  convolver: Convolver,
  { x, centre, inverse, dz, mask }: InfosOf<KernelContract['FmpChannelSums']['inputs']>,
): tf.TensorInfo {
  const channels = size4(x)[3];
  const output = backend.makeOutput([dz === undefined ? channels : 2 * channels], 'float32');
  const at = pointer(backend);
  const operands = {
    ...{ x: at(x), rows: rowsOf(x), channels },
    ...{ centre: at(centre), inverse: at(inverse), dz: at(dz), mask: at(mask) },
  };
  convolver.channelSums(operands, at(output));
  return output;
}

function affine(
  backend: OwnBackend,
  convolver: Convolver,
  { x, scale, shift, other, otherScale, mask }: InfosOf<KernelContract['FmpAffine']['inputs']>,
  { relu }: KernelContract['FmpAffine']['attrs'],
): tf.TensorInfo {
  const output = backend.makeOutput(x.shape, 'float32');
  const at = pointer(backend);
  const operands = {
    ...{ x: at(x), rows: rowsOf(x), channels: size4(x)[3], mask: at(mask), relu },
    ...{ scale: at(scale), shift: at(shift), other: at(other), otherScale: at(otherScale) },
  };
  convolver.affine(operands, at(output));
  return output;
}

function followingOf(
  backend: OwnBackend,
  { bias, residual, scale, shift, mask }: Inputs,
  relu: boolean,
  residualLast: boolean,
): Following {
  const at = pointer(backend);
  return {
    ...{ bias: at(bias), residual: at(residual), scale: at(scale), shift: at(shift), relu },
    ...{ mask: at(mask), maskImages: mask?.shape[0] ?? 1, residualLast },
  };
}

function convolutionOf(
  backend: OwnBackend,
  { x, filter }: Inputs,
  outChannels: number,
  following: Following,
  output: tf.TensorInfo,
): Convolution {
  const at = pointer(backend);
  return {
    ...{ x: at(x), shape: size4(x), filter: at(filter) },
    ...{ filterKey: filter.dataId, kernel: filter.shape[0] ?? 0, outChannels, following },
    y: at(output),
  };
}
