/**
 * On a compute worker, before work is timed: what its first call would have to wait for. On WebGPU
 * all pipelines are compiled; on WASM a small call makes the browser compile the kernels.
 */
import * as tf from '@tensorflow/tfjs-core';
import { keepTensors, trainUpdate } from '../core/fineTune.ts';
import { smoothnessOf } from '../core/frg/bound.ts';
import { createContext, disposeContext, reverse } from '../core/frg/reverse.ts';
import { disposeAll, tidyAsync } from '../core/memory.ts';
import type { EvalNetwork } from '../core/network/evalNetwork.ts';
import type { ConvSpec } from '../core/network/layers.ts';
import { type StateDict, stateShapes } from '../core/network/stateDict.ts';
import { createTrainNetwork, disposeTrainNetwork } from '../core/network/trainState.ts';
import type { Velocities } from '../core/optimizer.ts';
import type { WarmUpRequest } from './computeContract.ts';
import { ended } from './frgPasses.ts';
import { classesOf } from './networkOps.ts';
import { compileAhead } from './webgpu/compileAhead.ts';

type SweepRequest = Extract<WarmUpRequest, { kind: 'frg' }>;
type TrainingRequest = Extract<WarmUpRequest, { kind: 'fineTune' }>;
type Alive = () => Promise<void>;

/** Bounds of the perturbation: any will do. */
const EPS = 0.1;

/** @throws FmpError cancelled, or backendUnavailable when a driver refuses a kernel */
export async function rehearse(
  network: EvalNetwork,
  request: WarmUpRequest,
  alive: Alive,
  report: (done: number, total: number) => void,
): Promise<void> {
  const backend = tf.getBackend();
  if (backend === 'webgpu') {
    const body =
      request.kind === 'frg'
        ? () => rehearseSweep(network, request, network.plan.convs, alive)
        : () => rehearseTraining(network, request, alive);
    await compileAhead(body, report);
  } else if (backend === 'wasm' && request.kind === 'frg') {
    const small = { ...request, images: 1, maps: [1] };
    await rehearseSweep(network, small, network.plan.convs.slice(-1), alive);
  }
}

/** A call of every size for every one of these convolutions, on blank images. */
async function rehearseSweep(
  network: EvalNetwork,
  { images, maps, steps, variant, ...smoothness }: SweepRequest,
  convs: readonly ConvSpec[],
  alive: Alive,
): Promise<void> {
  const blank = (): tf.Tensor4D => tf.zeros([images, 32, 32, 3]);
  const context = createContext(network, blank(), blank(), convs);
  // All steps from the second one on are alike.
  const step = { variant, eps: EPS, alpha: EPS, steps: Math.min(2, steps) };
  const config = { ...step, ...smoothnessOf(smoothness) };
  try {
    for (const spec of convs)
      for (const count of maps) {
        const channels = Array.from({ length: Math.min(count, spec.outChannels) }, (_, c) => c);
        const made = await ended(reverse(network, context, spec, channels, config), alive);
        classesOf(network, made).dispose();
        made.dispose();
      }
  } finally {
    disposeContext(context);
  }
}

/** Two steps on batches of either size: the first one has no velocities yet. */
async function rehearseTraining(
  { plan }: EvalNetwork,
  { spec, normalisation, mask, batches }: TrainingRequest,
  alive: Alive,
): Promise<void> {
  const zeros: StateDict = new Map(
    [...stateShapes(plan)].map(([name, shape]) => {
      return [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }];
    }),
  );
  const network = createTrainNetwork(plan, zeros, normalisation);
  const keep = keepTensors(network, mask);
  const velocities: Velocities = new Map();
  try {
    for (const count of batches)
      for (let step = 0; step < 2; step++) {
        await tidyAsync(async () => {
          const x = tf.zeros<tf.Rank.R4>([count, 32, 32, 3]);
          const y = tf.zeros<tf.Rank.R1>([count], 'int32');
          await trainUpdate(network, x, y, count, { velocities, config: spec, keep });
        });
        await alive();
      }
  } finally {
    disposeTrainNetwork(network);
    disposeAll([...velocities.values(), ...keep.values()]);
  }
}
