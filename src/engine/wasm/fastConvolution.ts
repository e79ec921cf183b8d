/**
 * Puts our convolutions to work on tfjs's WASM backend: under their own names, for networks, and in the
 * place of tfjs's 3×3 convolution where it fits; all other convolutions go to tfjs as before.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Convolution, Convolver, NOTHING_FOLLOWS, winogradTile } from './convolver.ts';
import { registerKernels, withdrawKernels } from './kernels.ts';
import { type OwnBackend, pointer, size4 } from './ownBackend.ts';

interface ConvInputs {
  readonly x: tf.TensorInfo;
  readonly filter: tf.TensorInfo;
  readonly bias?: tf.TensorInfo;
  readonly preluActivationWeights?: tf.TensorInfo;
}

interface ConvAttributes {
  readonly strides: number | readonly number[];
  readonly dilations: number | readonly number[];
  readonly pad: string | number | readonly (readonly number[])[];
  readonly dataFormat?: string;
  readonly activation?: string | null;
}

/** All that tfjs's convolution is taken over for: nothing says that it is the way back. */
const FORWARD = { stride: 1, pad: 1, backward: false };

const atWork = new WeakMap<object, Convolver>();
const followed = new WeakSet<object>();
let replaced = false;

/**
 * Installs it on the current backend, which is tfjs's WASM backend with SIMD.
 * @param relaxed false: without relaxed SIMD, also where it is there @returns whether it is taken
 */
export async function installFastConvolution(relaxed = true): Promise<boolean> {
  const backend = tf.backend();
  const { wasm } = backend as unknown as OwnBackend;
  const heap = {
    memory: wasm.asm.memory,
    malloc: (bytes: number) => wasm._malloc(bytes),
    free: (at: number) => {
      wasm._free(at);
    },
  };
  const convolver = await Convolver.on(heap, relaxed);
  if (!replaced) {
    replaceConvolution('Conv2D');
    replaceConvolution('FusedConv2D');
    replaceIdentity();
  }
  replaced = true;
  followDisposal(backend as unknown as OwnBackend);
  start(backend, convolver);
  return convolver.relaxed;
}

/**
 * Gives the current backend tfjs's own convolution back.
 * @returns what puts ours in its place again; null if it was not there
 */
export function withdrawFastConvolution(): (() => void) | null {
  const backend = tf.backend();
  const convolver = atWork.get(backend);
  if (convolver === undefined) return null;
  atWork.delete(backend);
  withdrawKernels();
  return () => {
    start(backend, convolver);
  };
}

/**
 * Transformed filters go with their tensors: networks come and go, in training after every epoch, and
 * what was kept of them would fill the memory of each worker.
 */
function followDisposal(backend: OwnBackend): void {
  if (followed.has(backend)) return;
  followed.add(backend);
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const isGone = disposeData(dataId, force);
    if (isGone) atWork.get(backend)?.forget(dataId);
    return isGone;
  };
}

function start(backend: object, convolver: Convolver): void {
  atWork.set(backend, convolver);
  registerKernels((which) => atWork.get(which));
}

/** What takes the place of a kernel of tfjs; null where it does not fit. */
type Replacement = (
  params: Parameters<tf.KernelFunc>[0],
  convolver: Convolver,
) => tf.TensorInfo | null;

function replace(kernelName: string, own: Replacement): void {
  const stock = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...stock,
    kernelFunc: (params) => {
      const convolver = atWork.get(params.backend);
      const output = convolver === undefined ? null : own(params, convolver);
      return output ?? stock.kernelFunc(params);
    },
  });
}

/** tfjs copies a tensor that is cloned; ours counts who holds its data, as tfjs does in a reshape. */
function replaceIdentity(): void {
  replace('Identity', ({ inputs, backend }) => {
    const x = inputs.x as tf.TensorInfo;
    (backend as OwnBackend).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
}

function replaceConvolution(kernelName: string): void {
  replace(kernelName, ({ inputs, attrs, backend }, convolver) => {
    const given = inputs as unknown as ConvInputs;
    const attributes = attrs as unknown as ConvAttributes;
    return fits(given, attributes)
      ? convolve(backend as OwnBackend, convolver, given, attributes)
      : null;
  });
}

/** Stride 1, symmetric padding 1, 3×3, channels last, even sides, channels in fours. */
function fits(
  { x, filter, preluActivationWeights }: ConvInputs,
  { strides, dilations, pad, dataFormat, activation }: ConvAttributes,
): boolean {
  return (
    filter.shape[0] === 3 &&
    filter.shape[1] === 3 &&
    isOne(strides) &&
    isOne(dilations) &&
    pad === 1 &&
    dataFormat !== 'NCHW' &&
    preluActivationWeights === undefined &&
    [undefined, null, 'linear', 'relu'].includes(activation) &&
    x.dtype === 'float32' &&
    winogradTile({ kernel: 3, shape: size4(x), outChannels: filter.shape[3] ?? 0 }, FORWARD) !== null
  );
}

const isOne = (value: number | readonly number[]): boolean =>
  typeof value === 'number' ? value === 1 : value.every((each) => each === 1);

function convolve(
  backend: OwnBackend,
  convolver: Convolver,
  { x, filter, bias }: ConvInputs,
  { activation }: ConvAttributes,
): tf.TensorInfo {
  const shape = size4(x);
  const outChannels = filter.shape[3] ?? 0;
  const output = backend.makeOutput([shape[0], shape[1], shape[2], outChannels], 'float32');
  const at = pointer(backend);
  const convolution: Convolution = {
    ...{ x: at(x), shape, filter: at(filter), filterKey: filter.dataId },
    ...{ kernel: 3, outChannels, y: at(output) },
    following: { ...NOTHING_FOLLOWS, bias: at(bias), relu: activation === 'relu' },
  };
  convolver.convolve(convolution, FORWARD);
  return output;
}
