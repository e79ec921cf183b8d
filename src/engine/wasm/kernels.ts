/** `FmpConv` and `FmpConvPhases` on tfjs's WASM backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelContract } from '../../core/network/kernels.ts';
import type { InfosOf } from '../webgpu/infos.ts';
import type { Convolution, Convolver, Following } from './convolver.ts';
import { type OwnBackend, pointer, size4 } from './ownBackend.ts';

type Inputs = InfosOf<KernelContract['FmpConv']['inputs']>;
type Attributes<K extends keyof typeof KERNELS> = KernelContract[K]['attrs'];

type Kernel = (
  backend: OwnBackend,
  convolver: Convolver,
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
) => tf.TensorInfo;

const KERNELS = { FmpConv: conv, FmpConvPhases: convPhases } satisfies Record<string, Kernel>;

/** Makes the kernels known to tfjs; `find` says who works for a backend. */
export function registerKernels(find: (backend: object) => Convolver | undefined): void {
  for (const [kernelName, kernel] of Object.entries<Kernel>(KERNELS)) {
    if (isRegistered(kernelName)) continue;
    tf.registerKernel({
      ...{ kernelName, backendName: 'wasm' },
      kernelFunc: ({ inputs, attrs, backend }) => {
        const convolver = find(backend);
        if (convolver === undefined) throw new Error(`${kernelName} is not at work here`);
        // tfjs knows tensors by name only; `runKernel` checked them where it was called.
        return kernel(backend as OwnBackend, convolver, inputs as unknown as Inputs, attrs ?? {});
      },
    });
  }
}

/** Gives their work back to tfjs's kernels. */
export function withdrawKernels(): void {
  for (const name of Object.keys(KERNELS))
    if (isRegistered(name)) tf.unregisterKernel(name, 'wasm');
}

/** The types do not admit what happens where there is none. */
function isRegistered(name: string): boolean {
  return (tf.getKernel(name, 'wasm') as tf.KernelConfig | undefined) !== undefined;
}

function conv(
  backend: OwnBackend,
  convolver: Convolver,
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
): tf.TensorInfo {
  const { stride, pad, relu, residualLast } = attrs as unknown as Attributes<'FmpConv'>;
  const stock = byTfjs(backend, inputs, { stride, pad, relu });
  if (stock !== null) return stock;
  const [n, h, w] = size4(inputs.x);
  const [kernel, , , outChannels] = size4(inputs.filter);
  const side = (size: number): number => Math.floor((size + 2 * pad - kernel) / stride) + 1;
  const output = backend.makeOutput([n, side(h), side(w), outChannels], 'float32');
  const following = followingOf(backend, inputs, relu, residualLast);
  const convolution = convolutionOf(backend, inputs, outChannels, following, output);
  convolver.convolve(convolution, stride, pad);
  return output;
}

/**
 * By tfjs's kernel where that is faster: few channels, of images say, do not fill a vector. Null where
 * it is not, or cannot do what follows.
 */
function byTfjs(
  backend: OwnBackend,
  { x, filter, bias, residual, scale, mask }: Inputs,
  { stride, pad, relu }: Pick<Attributes<'FmpConv'>, 'stride' | 'pad' | 'relu'>,
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
  attrs: tf.NamedAttrMap,
): tf.TensorInfo {
  const { residualLast } = attrs as unknown as Attributes<'FmpConvPhases'>;
  const [n, h, w] = size4(inputs.x);
  const outChannels = (inputs.filter.shape[3] ?? 0) / 4;
  const output = backend.makeOutput([n, 2 * h, 2 * w, outChannels], 'float32');
  const following = followingOf(backend, inputs, false, residualLast);
  convolver.convolvePhases(convolutionOf(backend, inputs, outChannels, following, output));
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
