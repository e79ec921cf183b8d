/**
 * Operations that a backend may bring a kernel of its own for, registered with tfjs under these
 * names. Where there is none, the caller composes the operation from tfjs's: the two agree but for
 * rounding. Absent inputs are null.
 */
import * as tf from '@tensorflow/tfjs-core';

/** What a convolution does to its sums before they are stored, in this order. */
export interface Epilogue {
  /** Per output channel. */
  readonly bias: tf.Tensor1D | null;
  /** Shape of the output. */
  readonly residual: tf.Tensor4D | null;
  /** Then scale·v + shift, per output channel; both or neither. */
  readonly scale: tf.Tensor | null;
  readonly shift: tf.Tensor1D | null;
  /** [n,H,W,C]: what is stored is 0 unless the mask of image b mod n is above 0. */
  readonly mask: tf.Tensor4D | null;
}

export const NO_EPILOGUE: Epilogue = {
  ...{ bias: null, residual: null, scale: null, shift: null, mask: null },
};

interface ConvInputs extends Epilogue {
  readonly x: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
}

export interface KernelContract {
  /** Convolution with `pad` zeros on every side, x [B,H,W,Ci], filter [k,k,Ci,Co]. */
  FmpConv: {
    readonly inputs: ConvInputs;
    readonly attrs: {
      readonly stride: number;
      readonly pad: number;
      /** Before the mask. */
      readonly relu: boolean;
      /** The residual is added last, behind the mask. */
      readonly residualLast: boolean;
      /** A gradient's way back: no ReLU hangs on its last digits, so it may round more for speed. */
      readonly backward: boolean;
    };
    readonly output: tf.Tensor4D;
  };
  /** `applyAdjoint` at stride 2: x [B,h,w,Co] and its adjoint filter → [B,2h,2w,Ci]. */
  FmpConvPhases: {
    readonly inputs: ConvInputs;
    readonly attrs: { readonly residualLast: boolean };
    readonly output: tf.Tensor4D;
  };
  /**
   * x·scale + shift (+ other·otherScale), per channel, optionally through a ReLU. With a mask, x
   * counts as 0 unless the mask is above 0.
   */
  FmpAffine: {
    readonly inputs: {
      readonly x: tf.Tensor4D;
      readonly scale: tf.Tensor;
      readonly shift: tf.Tensor1D;
      /** Shape of x; both or neither. */
      readonly other: tf.Tensor4D | null;
      readonly otherScale: tf.Tensor1D | null;
      /** Shape of x. */
      readonly mask: tf.Tensor4D | null;
    };
    readonly attrs: { readonly relu: boolean };
    readonly output: tf.Tensor4D;
  };
  /**
   * `applyAdjoint` of gradients that are zero but in one channel: the gradient at the input for each
   * of `channels` (int32 [k]), [k·n,H,W,Ci]. Upstream [n,h,w,C] serves all channels, or, `own`,
   * [k·n,h,w,1] brings each its own.
   */
  FmpFirstStep: {
    readonly inputs: {
      readonly upstream: tf.Tensor4D;
      readonly filter: tf.Tensor4D;
      readonly channels: tf.Tensor1D;
      readonly mask: tf.Tensor4D | null;
    };
    readonly attrs: { readonly stride: number; readonly own: boolean };
    readonly output: tf.Tensor4D;
  };
  /**
   * 2·(f_c(z) − f_c(x)) for channels c of one convolution: its input at each channel's own images,
   * [k·n,H,W,Ci], f(x) [n,h,w,C] → [k·n,h,w,1].
   */
  FmpUpstream: {
    readonly inputs: {
      readonly input: tf.Tensor4D;
      readonly filter: tf.Tensor4D;
      readonly bias: tf.Tensor1D | null;
      readonly channels: tf.Tensor1D;
      readonly clean: tf.Tensor4D;
    };
    readonly attrs: { readonly stride: number };
    readonly output: tf.Tensor4D;
  };
  /** `adjointFilter` of a filter [k,k,Ci,Co]. */
  FmpAdjointFilter: {
    readonly inputs: { readonly filter: tf.Tensor4D };
    readonly attrs: { readonly stride: number };
    readonly output: tf.Tensor4D;
  };
  /** Gradient of a filter [k,k,Ci,Co] from the convolution's input and the gradient behind it. */
  FmpFilterGradient: {
    readonly inputs: { readonly x: tf.Tensor4D; readonly dy: tf.Tensor4D };
    readonly attrs: { readonly kernel: number; readonly stride: number };
    readonly output: tf.Tensor4D;
  };
  /**
   * Over batch and positions: Σ x; with `centre` Σ (x − centre)²; with `dz` and `inverse`
   * Σ dz and Σ dz·(x − centre)·inverse, side by side, of those dz alone whose mask, where there is
   * one, is above 0.
   */
  FmpChannelSums: {
    readonly inputs: {
      readonly x: tf.Tensor4D;
      readonly centre: tf.Tensor1D | null;
      readonly inverse: tf.Tensor1D | null;
      readonly dz: tf.Tensor4D | null;
      readonly mask: tf.Tensor4D | null;
    };
    readonly attrs: Readonly<Record<string, never>>;
    readonly output: tf.Tensor1D;
  };
  /**
   * clamp(from + size·sign(g), 0, 1), and with x at most `bound` from x before that. Images of `from`
   * and x are used again for every n of g.
   */
  FmpFrgStep: {
    readonly inputs: {
      readonly from: tf.Tensor4D;
      readonly x: tf.Tensor4D | null;
      readonly g: tf.Tensor4D;
    };
    readonly attrs: { readonly size: number; readonly bound: number };
    readonly output: tf.Tensor4D;
  };
}

export type KernelName = keyof KernelContract;

/** Whether the current backend has the kernel. */
export function hasKernel(name: KernelName): boolean {
  // The types do not admit what happens where there is none.
  const kernel = tf.getKernel(name, tf.getBackend()) as tf.KernelConfig | undefined;
  return kernel !== undefined;
}

/** The kernel's output, owned by the caller or his `tidy`; null where there is no such kernel. */
export function runKernel<K extends KernelName>(
  name: K,
  inputs: KernelContract[K]['inputs'],
  attrs: KernelContract[K]['attrs'],
): KernelContract[K]['output'] | null {
  if (!hasKernel(name)) return null;
  const named: tf.NamedTensorMap = {};
  for (const [key, tensor] of Object.entries(inputs as object) as [string, tf.Tensor | null][])
    if (tensor !== null) named[key] = tensor;
  return tf.engine().runKernel<KernelContract[K]['output']>(name, named, { ...attrs });
}
