/**
 * Puts our 3×3 convolution in the place of tfjs's on the WASM backend, where it fits; all other
 * convolutions go to tfjs as before.
 */
import * as tf from '@tensorflow/tfjs-core';
import { Winograd } from './winograd.ts';

/** What is used of tfjs's WASM backend; its types say `any`. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(at: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: 'float32'): tf.TensorInfo;
}

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

const KERNELS = ['Conv2D', 'FusedConv2D'];
const atWork = new WeakMap<object, Winograd>();
let replaced = false;

/** Installs it on the current backend, which is tfjs's WASM backend with SIMD. */
export async function installFastConvolution(): Promise<void> {
  const backend = tf.backend();
  const { wasm } = backend as unknown as WasmBackend;
  const winograd = await Winograd.on({
    memory: wasm.asm.memory,
    malloc: (bytes) => wasm._malloc(bytes),
    free: (at) => {
      wasm._free(at);
    },
  });
  if (!replaced) KERNELS.forEach(replace);
  replaced = true;
  atWork.set(backend, winograd);
}

/**
 * Gives the current backend tfjs's own convolution back.
 * @returns what puts ours in its place again; null if it was not there
 */
export function withdrawFastConvolution(): (() => void) | null {
  const backend = tf.backend();
  const winograd = atWork.get(backend);
  if (winograd === undefined) return null;
  atWork.delete(backend);
  return () => {
    atWork.set(backend, winograd);
  };
}

function replace(kernelName: string): void {
  const stock = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...stock,
    kernelFunc: (params) => {
      const winograd = atWork.get(params.backend);
      const inputs = params.inputs as unknown as ConvInputs;
      const attributes = params.attrs as unknown as ConvAttributes;
      if (winograd === undefined || !fits(inputs, attributes)) return stock.kernelFunc(params);
      return convolve(params.backend as WasmBackend, winograd, inputs, attributes);
    },
  });
}

/** Stride 1, symmetric padding 1, 3×3, channels last, even sides, channels in fours. */
function fits(
  { x, filter, preluActivationWeights }: ConvInputs,
  { strides, dilations, pad, dataFormat, activation }: ConvAttributes,
): boolean {
  const [, h = 0, w = 0, ci = 0] = x.shape;
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
    h % 2 === 0 &&
    w % 2 === 0 &&
    ci % 4 === 0
  );
}

const isOne = (value: number | readonly number[]): boolean =>
  typeof value === 'number' ? value === 1 : value.every((each) => each === 1);

function convolve(
  backend: WasmBackend,
  winograd: Winograd,
  { x, filter, bias }: ConvInputs,
  { activation }: ConvAttributes,
): tf.TensorInfo {
  const [n = 0, h = 0, w = 0, ci = 0] = x.shape;
  const outChannels = filter.shape[3] ?? 0;
  const at = ({ dataId }: tf.TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset;
  const output = backend.makeOutput([n, h, w, outChannels], 'float32');
  winograd.run({
    ...{ x: at(x), shape: [n, h, w, ci], y: at(output), outChannels },
    ...{ filter: at(filter), filterKey: filter.dataId, bias: bias === undefined ? 0 : at(bias) },
    relu: activation === 'relu',
  });
  return output;
}
