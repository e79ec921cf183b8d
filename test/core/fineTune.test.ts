import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { expect, it } from 'vitest';
import { fineTune, type FineTuneInput, gatherImages } from '../../src/core/fineTune.ts';
import { tidy, tidyAsync } from '../../src/core/memory.ts';
import { applyPruneMask, pruneMask } from '../../src/core/network/prune.ts';
import type { StateDict } from '../../src/core/network/stateDict.ts';
import { lossAndGradients } from '../../src/core/network/trainNetwork.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  readStateDict,
} from '../../src/core/network/trainState.ts';
import { cosineRate } from '../../src/core/optimizer.ts';
import {
  describeOnBackends,
  expectNoLeak,
  take,
  useBackend,
  worstError,
} from '../support/backends.ts';
import {
  imagesOf,
  NORMALISATION,
  plainForward,
  plainParameters,
  randomPixels,
  signedWeights,
  tinyPlan,
} from './network/tiny.ts';

const plan = tinyPlan(3, [1, 1]);
const weights = signedWeights(plan);
const LABELS = Int32Array.of(0, 2, 1, 1, 0, 2, 2);

const INPUT: FineTuneInput = {
  ...{ plan, weights, normalisation: NORMALISATION, mask: new Map(), mirror: false, seed: 3 },
  images: Uint8Array.from(randomPixels(LABELS.length), (v) => 255 * v),
  labels: LABELS,
  spec: {
    ...{ epochs: 2, retrainRatio: 0.1, learningRate: 0.02, momentum: 0.9 },
    ...{ weightDecay: 0.01, batchSize: 4, mask: true },
  },
};

async function tune(input: FineTuneInput) {
  const steps = [];
  for await (const step of fineTune(input)) steps.push(step);
  const last = steps.at(-1)?.weights;
  if (last === undefined || last === null) throw new Error('the last step has no weights');
  return { steps, last };
}

/** Largest difference over all tensors. */
function furthest(a: StateDict, b: StateDict): number {
  expect([...a.keys()]).toEqual([...b.keys()]);
  return Math.max(...[...a].map(([name, { data }]) => worstError(data, b.get(name)?.data ?? [])));
}

describeOnBackends('one step', (backend) => {
  it('has the loss, gradients and statistics of the plain network', async () => {
    const [pixels, labels] = [randomPixels(3, 5), Int32Array.of(1, 0, 2)];
    await useBackend('cpu');
    const golden = await plainStep(pixels, labels);
    await useBackend(backend);
    await expectNoLeak(async () => {
      const network = createTrainNetwork(plan, weights, NORMALISATION);
      const errors = await tidyAsync(async () => {
        const y = tf.tensor1d(labels, 'int32');
        const step = await lossAndGradients(network, imagesOf(pixels), y, 3, (sums) => sums);
        const found = [worstError(await step.loss.data(), golden.loss)];
        expect(step.gradients.size).toBe(golden.gradients.size);
        for (const [name, gradient] of step.gradients)
          found.push(worstError(await gradient.data(), golden.gradients.get(name) ?? []));
        return found;
      });
      expect(Math.max(...errors)).toBeLessThan(1e-4);
      const after = await readStateDict(network, weights);
      for (const [name, expected] of golden.statistics)
        expect(worstError(after.get(name)?.data ?? [], expected), name).toBeLessThan(1e-5);
      disposeTrainNetwork(network);
    });
  });
});

/** By automatic differentiation; the first batch norm's statistics by PyTorch's formula. */
async function plainStep(pixels: Float32Array, labels: Int32Array) {
  const { loss, gradients, names, stem } = tidy(() => {
    const p = plainParameters(weights);
    const trained = Object.keys(p).filter((name) => !name.includes('running_'));
    const at = (values: readonly tf.Tensor[]): tf.Scalar => {
      const changed = { ...p, ...Object.fromEntries(trained.map((name, i) => [name, values[i]])) };
      const { logits } = plainForward(plan, changed as typeof p, imagesOf(pixels), 'train');
      const truth = tf.oneHot(tf.tensor1d(labels, 'int32'), 3);
      return tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(tf.logSoftmax(logits), truth), 1)));
    };
    const values = trained.map((name) => p[name] as tf.Tensor);
    const { outputs } = plainForward(plan, p, imagesOf(pixels), 'train');
    return {
      loss: at(values),
      gradients: tf.grads((...args: tf.Tensor[]) => at(args))(values),
      names: trained,
      stem: tf.clone(outputs[0] as tf.Tensor4D),
    };
  });
  const read = await Promise.all(gradients.map(take));
  return {
    loss: await take(loss),
    gradients: new Map(names.map((name, i) => [name, read[i] ?? new Float32Array(0)])),
    statistics: runningAfter(await take(stem)),
  };
}

/** running ← 0.9·running + 0.1·batch, the variance unbiased: n − 1. */
function runningAfter(stem: Float32Array): Map<string, number[]> {
  const channels = plan.convs[0]?.outChannels ?? 0;
  const n = stem.length / channels;
  const name = 'layer1.0.bn1';
  const old = (part: string, c: number): number => weights.get(`${name}.${part}`)?.data[c] ?? NaN;
  const batch = Array.from({ length: channels }, (_, c) => {
    const values = [...stem.filter((_v, i) => i % channels === c)];
    const mean = values.reduce((a, b) => a + b, 0) / n;
    return { mean, variance: values.reduce((a, v) => a + (v - mean) ** 2, 0) / (n - 1) };
  });
  return new Map([
    [`${name}.running_mean`, batch.map((b, c) => 0.9 * old('running_mean', c) + 0.1 * b.mean)],
    [`${name}.running_var`, batch.map((b, c) => 0.9 * old('running_var', c) + 0.1 * b.variance)],
  ]);
}

describeOnBackends('fine-tuning', () => {
  it('takes every image once an epoch and gives its weights at the epoch’s end', async () => {
    const { steps } = await expectNoLeak(() => tune(INPUT));
    expect(steps.map(({ epoch, done }) => [epoch, done])).toEqual([
      ...[0, 1].flatMap((epoch) => [3, 7].map((done) => [epoch, done])),
    ]);
    expect(steps.map((step) => step.weights !== null)).toEqual([false, true, false, true]);
    expect(steps.every((step) => Number.isFinite(step.loss) && step.images === 7)).toBe(true);
  });

  it('gives one seed the same weights, another seed others', async () => {
    const first = await tune(INPUT);
    expect(furthest((await tune(INPUT)).last, first.last)).toBe(0);
    expect(furthest((await tune({ ...INPUT, seed: 4 })).last, first.last)).toBeGreaterThan(1e-4);
    expect(furthest(first.last, weights)).toBeGreaterThan(1e-3);
  });

  it('keeps pruned maps at zero with their mask, and lets them grow without', async () => {
    const mask = pruneMask(plan, [1, plan.convs[1]?.offset ?? 0, plan.maps - 1]);
    const pruned = applyPruneMask(weights, mask);
    const row = (state: StateDict, name: string, channel: number): Float32Array => {
      const { data, shape } = state.get(name) ?? { data: new Float32Array(0), shape: [1] };
      const size = data.length / (shape[0] ?? 1);
      return data.slice(channel * size, (channel + 1) * size);
    };
    const held = await tune({ ...INPUT, weights: pruned, mask });
    const rows = [...mask].flatMap(([name, channels]) =>
      [...channels].map((channel) => row(held.last, name, channel)),
    );
    expect(rows).toHaveLength(5);
    expect(rows.flatMap((values) => [...values]).filter((v) => v !== 0)).toEqual([]);
    const free = await tune({ ...INPUT, weights: pruned });
    expect(row(free.last, 'conv1.weight', 1).some((v) => v !== 0)).toBe(true);
  });

  it('frees everything when it is stopped', async () => {
    await expectNoLeak(async () => {
      for await (const step of fineTune(INPUT)) if (step.done === 3) break;
    });
  });
});

it('copies images in the order asked for', () => {
  const images = Uint8Array.from({ length: 3 * 3072 }, (_, i) => Math.floor(i / 3072) + 1);
  const got = gatherImages(images, Int32Array.of(2, 0, 2));
  expect([got[0], got[3072], got[2 * 3072], got.length]).toEqual([3, 1, 3, 3 * 3072]);
});

it('anneals from the base rate to the floor', () => {
  expect([0, 5, 10].map((epoch) => cosineRate(0.2, epoch, 10))).toEqual([0.2, 0.1, 0]);
  expect(cosineRate(0.2, 10, 10, 0.01)).toBeCloseTo(0.01, 12);
});
