/** What a compute worker can be asked. It owns one tfjs backend, one network and one encoder. */
import type { BackendOptions, StartedBackend } from './backend.ts';
import type { DefenseId } from '../core/defenses/about.ts';
import type { DefenseInput, DefenseOutcome, DefenseStep } from '../core/defenses/defense.ts';
import type { ReverseConfig } from '../core/frg/reverse.ts';
import type { Normalisation } from '../core/network/evalNetwork.ts';
import type { NetworkPlan } from '../core/network/plan.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { FineTuneInput, FineTuneStep } from '../core/fineTune.ts';
import type { LabelledImages } from '../data/dataset.ts';

interface Ask<P, R, E = never> {
  readonly params: P;
  readonly event: E;
  readonly result: R;
}

export interface NetworkParams {
  readonly plan: NetworkPlan;
  readonly weights: StateDict;
  readonly normalisation: Normalisation;
}

export interface FrgImages {
  /** Clean images and the noisy start, float32 [N,32,32,3] in [0, 1]. */
  readonly x: Float32Array;
  readonly x0: Float32Array;
}

export interface FrgRequest {
  readonly maps: readonly number[];
  /** From this one on, to the one before that (all): more may take too long, or too much memory. */
  readonly images?: readonly [from: number, to: number];
  /** Memory has no room for what all feature maps share of other images. */
  readonly alone?: boolean;
  readonly config: ReverseConfig;
}

/** What calls will look like, so that what they need can be made before the first one. */
export type WarmUpRequest =
  | {
      readonly kind: 'frg';
      readonly images: number;
      /** Numbers of feature maps that a call may have. */
      readonly maps: readonly number[];
      readonly variant: ReverseConfig['variant'];
      readonly steps: number;
      /** As in `ReverseConfig`. */
      readonly smoothing?: number;
    }
  | {
      readonly kind: 'fineTune';
      readonly spec: FineTuneInput['spec'];
      readonly normalisation: Normalisation;
      readonly mask: FineTuneInput['mask'];
      /** Sizes of batches. */
      readonly batches: readonly number[];
    };

/** Everything of one feature map on one image; see MapInspection. */
export interface InspectedMap {
  readonly clean: Float32Array;
  readonly perturbed: Float32Array;
  /** x', float32 [32,32,3] in [0, 1]. */
  readonly result: Float32Array;
  /** Class probabilities of x'. */
  readonly probabilities: Float32Array;
}

/** FRG of one feature map at several settings, on all images. */
export interface CurveRequest {
  readonly map: number;
  /** Clean images, float32 [N,32,32,3] in [0, 1]. */
  readonly x: Float32Array;
  readonly settings: readonly { readonly x0: Float32Array; readonly config: ReverseConfig }[];
}

/** See MapCurvePoint. */
export interface CurveAnswer {
  readonly predictions: Int16Array;
  readonly change: number | null;
}

export type FineTuneEvent =
  /** Loss over all workers; `hits`: correct validation images after an epoch's last step. */
  | { readonly kind: 'step'; readonly step: FineTuneStep; readonly hits: number }
  /** This worker's part of a sum over all workers; answered by `reduced`. */
  | { readonly kind: 'reduce'; readonly sums: Float32Array };

export interface ComputeContract {
  start: Ask<BackendOptions, StartedBackend>;
  setNetwork: Ask<NetworkParams, null>;
  /** Makes what such calls to the network need; events count pipelines on a GPU. */
  warmUp: Ask<WarmUpRequest, null, { readonly done: number; readonly total: number }>;
  /** Class probabilities, row-major [n, classes], of uint8 images [n,32,32,3]. */
  predict: Ask<{ readonly images: Uint8Array }, Float32Array>;
  /** Keeps the FRG images, and both forward passes over them, until the next call. */
  setFrgImages: Ask<FrgImages, null>;
  /** Predicted classes of the FRG images of these feature maps, [maps, images]. */
  frg: Ask<FrgRequest, Int16Array>;
  /** FRG images of one feature map, uint8 [N,32,32,3]. */
  reverse: Ask<{ readonly map: number; readonly config: ReverseConfig }, Uint8Array>;
  inspect: Ask<FrgImages & { readonly map: number; readonly config: ReverseConfig }, InspectedMap>;
  /** In the order of the settings. */
  mapCurve: Ask<CurveRequest, readonly CurveAnswer[]>;
  /** One feature map on uint8 images [n,32,32,3]: [n, size, size]. */
  tapMap: Ask<{ readonly map: number; readonly images: Uint8Array }, Float32Array>;
  /** Σ over images of the mean |f(triggered) − f(clean)| over positions, of every feature map, [maps]. */
  activationChange: Ask<
    { readonly clean: Uint8Array; readonly triggered: Uint8Array },
    Float32Array
  >;
  /** Makes these checked weights SSBA's encoder until the next call; null frees it. */
  setEncoder: Ask<{ readonly weights: StateDict | null }, null>;
  /** uint8 images [n,32,32,3] with a message (0 or 1, [100]) hidden in each, rounded. */
  encode: Ask<{ readonly images: Uint8Array; readonly bits: Float32Array }, Uint8Array>;
  fineTune: Ask<
    {
      readonly input: FineTuneInput;
      readonly validation: LabelledImages;
      readonly shard: { readonly index: number; readonly count: number };
    },
    null,
    FineTuneEvent
  >;
  /** The sum that a `reduce` event waits for. */
  reduced: Ask<{ readonly sums: Float32Array }, null>;
  /** A whole defense by this worker alone; its network stays what it was. */
  defend: Ask<
    { readonly defense: DefenseId; readonly input: DefenseInput },
    DefenseOutcome,
    DefenseStep
  >;
  /** Stops whatever runs: it rejects with "cancelled" within one step. */
  abort: Ask<null, null>;
}
