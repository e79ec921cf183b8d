/** Every family against PyTorch; see test/golden/networks/make_networks.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { gatherImages, keepTensors, trainStep } from '../../../src/core/fineTune.ts';
import { toFloat } from '../../../src/core/augment.ts';
import { createContext, disposeContext, firstGradient } from '../../../src/core/frg/reverse.ts';
import { disposeAll, tidy } from '../../../src/core/memory.ts';
import type { Architecture } from '../../../src/core/network/architecture.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { forwardWithTaps, logits, type Tap } from '../../../src/core/network/forward.ts';
import { type NetworkPlan, planNetwork } from '../../../src/core/network/plan.ts';
import { applyPruneMask, pruneMask, type PruneMask } from '../../../src/core/network/prune.ts';
import { recogniseArchitecture } from '../../../src/core/network/recognise.ts';
import type { StateDict } from '../../../src/core/network/stateDict.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  readStateDict,
} from '../../../src/core/network/trainState.ts';
import type { Velocities } from '../../../src/core/optimizer.ts';
import type { HostTensor } from '../../../src/formats/hostTensor.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { checkStateDict } from '../../../src/formats/stateDict.ts';
import { describeOnBackends, expectNoLeak, take, worstError } from '../../support/backends.ts';
import { bytes, floats, integers } from '../../support/oracle.ts';
import { imagesOf, NORMALISATION } from './tiny.ts';

type Tensors = ReadonlyMap<string, HostTensor>;

const FOLDER = join(import.meta.dirname, '../../golden/networks');
const open = (name: string): Tensors =>
  readSafetensors(readFileSync(join(FOLDER, `${name}.safetensors`)));

const input = open('input');
const images = bytes(input, 'images');
const labels = integers(input, 'labels');
const pixels = toFloat(images);
const start = toFloat(bytes(input, 'start'));
/** As in the script. */
const [EVERY, STEPS, BATCH] = [5, 5, 6];
const SGD = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };

const CASES: readonly (readonly [name: string, architecture: Architecture])[] = [
  ['preActResNet', { family: 'PreActResNet', width: 4, blocks: [1, 2], classes: 5 }],
  [
    'resNet',
    {
      ...{ family: 'ResNet', width: 4, blocks: [1, 2], classes: 5 },
      ...{ shortcut: 'shortcut', linear: 'linear' },
    },
  ],
  ['wideResNet', { family: 'WideResNet', stem: 2, width: 3, blocks: [1, 2, 1], classes: 5 }],
  ['wideResNetPlain', { family: 'WideResNet', stem: 3, width: 3, blocks: [1, 1, 1], classes: 5 }],
  [
    'vggBn',
    {
      ...{ family: 'VggBn', stages: [[4], [6, 5], [8], [8]], bias: true, classes: 5 },
      ...{ linears: ['classifier.1', 'classifier.3'], hidden: [7] },
    },
  ],
];

/** Tensors under a prefix, without it. */
function under(all: Tensors, prefix: string): Map<string, HostTensor> {
  return new Map(
    [...all].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

interface Golden {
  readonly golden: Tensors;
  readonly plan: NetworkPlan;
  readonly weights: StateDict;
}

function openCase(name: string, architecture: Architecture): Golden {
  const golden = open(name);
  const plan = planNetwork(architecture);
  return { golden, plan, weights: checkStateDict(under(golden, 'state.'), plan) };
}

/** Every fifth row and column, [B,h,w,C] to PyTorch's [B,C,h,w]. */
function sparse(x: tf.Tensor4D): tf.Tensor4D {
  return tidy(() => {
    const steps = (side: number): tf.Tensor1D => tf.range(0, side, EVERY, 'int32');
    const some = tf.gather(tf.gather(x, steps(x.shape[1]), 1), steps(x.shape[2]), 2);
    return tf.transpose(some, [0, 3, 1, 2]);
  });
}

/** Error relative to the largest golden value. */
function relative(got: ArrayLike<number>, golden: Float32Array): number {
  return worstError(got, golden) / golden.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
}

async function logitsOf(plan: NetworkPlan, weights: StateDict): Promise<Float32Array> {
  const network = compileNetwork(plan, weights, NORMALISATION);
  const x = imagesOf(pixels);
  const output = await take(logits(network, x));
  x.dispose();
  disposeNetwork(network);
  return output;
}

const first = pixels.subarray(0, start.length);

describe.each(CASES)('the state dict of %s', (name, architecture) => {
  it('tells its architecture', () => {
    expect(recogniseArchitecture(under(open(name), 'state.'))).toEqual(architecture);
  });

  it('has its names in the order of PyTorch', () => {
    const { golden, weights } = openCase(name, architecture);
    expect([...weights.keys()]).toEqual([...under(golden, 'state.').keys()]);
  });
});

describeOnBackends('a network as PyTorch computes it', () => {
  it.each(CASES)('%s: logits and convolution outputs', async (name, architecture) => {
    const { golden, plan, weights } = openCase(name, architecture);
    await expectNoLeak(async () => {
      const output = await logitsOf(plan, weights);
      expect(worstError(output, floats(golden, 'logits'))).toBeLessThan(1e-5);
      const network = compileNetwork(plan, weights, NORMALISATION);
      const taps = new Map<string, tf.Tensor4D>();
      const x = imagesOf(first);
      const tap: Tap = (spec, f) => taps.set(`tap.${spec.name}`, tf.keep(sparse(f)));
      disposeAll([forwardWithTaps(network, x, tap), x]);
      expect([...taps.keys()]).toEqual([...golden.keys()].filter((key) => key.startsWith('tap.')));
      for (const [key, f] of taps)
        expect(worstError(await take(f), floats(golden, key)), key).toBeLessThan(1e-5);
      disposeNetwork(network);
    });
  });

  it.each(CASES)('%s: input gradients of every convolution', async (name, architecture) => {
    const { golden, plan, weights } = openCase(name, architecture);
    const keys = [...golden.keys()].filter((key) => key.startsWith('gradient.'));
    expect(keys).toHaveLength(plan.convs.length);
    await expectNoLeak(async () => {
      const network = compileNetwork(plan, weights, NORMALISATION);
      const context = createContext(network, imagesOf(first), imagesOf(start));
      for (const [i, spec] of plan.convs.entries()) {
        const key = keys[i] ?? '';
        expect(key).toContain(spec.name);
        const channel = Number(key.split('.').at(-1));
        const gradient = firstGradient(network, context, spec, [channel]);
        const size = tidy(() => tf.sum(tf.square(gradient), [1, 2]));
        const part = sparse(gradient);
        gradient.dispose();
        const expected = floats(golden, `gradientSize.${spec.name}`);
        expect(relative(await take(size), expected), key).toBeLessThan(1e-4);
        expect(relative(await take(part), floats(golden, key)), key).toBeLessThan(1e-4);
      }
      disposeContext(context);
      disposeNetwork(network);
    });
  });

  it.each(CASES)('%s: pruning and five steps of fine-tuning', async (name, architecture) => {
    const { golden, plan, weights } = openCase(name, architecture);
    const mask = pruneMask(plan, integers(golden, 'pruned'));
    const pruned = applyPruneMask(weights, mask);
    await expectNoLeak(async () => {
      const output = await logitsOf(plan, pruned);
      expect(worstError(output, floats(golden, 'logits.pruned'))).toBeLessThan(1e-5);
      const { losses, final } = await tune(plan, pruned, mask);
      expect(worstError(losses, floats(golden, 'losses'))).toBeLessThan(1e-4);
      for (const [key, { data }] of final) {
        const expected = floats(golden, `final.${key}`);
        const error = key.includes('.running_')
          ? relative(data, expected)
          : worstError(data, expected);
        expect(error, key).toBeLessThan(key.includes('.running_') ? 1e-4 : 1e-5);
      }
      const tuned = await logitsOf(plan, final);
      expect(worstError(tuned, floats(golden, 'logits.tuned'))).toBeLessThan(1e-4);
    });
  });
});

async function tune(
  plan: NetworkPlan,
  weights: StateDict,
  mask: PruneMask,
): Promise<{ losses: number[]; final: StateDict }> {
  const network = createTrainNetwork(plan, weights, NORMALISATION);
  const keep = keepTensors(network, mask);
  const velocities: Velocities = new Map();
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const batch = Int32Array.from({ length: BATCH }, (_, i) => (step + i) % labels.length);
    const x = toFloat(gatherImages(images, batch));
    const y = batch.map((i) => labels[i] ?? 0);
    losses.push(await trainStep(network, x, y, { velocities, config: SGD, keep }));
  }
  const final = await readStateDict(network, weights);
  disposeTrainNetwork(network);
  disposeAll([...keep.values(), ...velocities.values()]);
  return { losses, final };
}
