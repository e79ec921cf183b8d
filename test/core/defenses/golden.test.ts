/** Parts of the defenses next to values that PyTorch made, test/golden/defenses/make_defenses.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { adamStep, adamVector } from '../../../src/core/defenses/adam.ts';
import { ANP, ascend, maskGradient, noisyFactors } from '../../../src/core/defenses/anp.ts';
import type { Batch } from '../../../src/core/defenses/batches.ts';
import { channelLipschitz, producerPairs } from '../../../src/core/defenses/clp.ts';
import { pooledFeatures } from '../../../src/core/defenses/finePruning.ts';
import { attentionLayers, attentionTaps } from '../../../src/core/defenses/nad.ts';
import { factorGradients, type Factors } from '../../../src/core/defenses/normFactors.ts';
import { triggerGradients } from '../../../src/core/defenses/reversedTrigger.ts';
import { recoveryGradient, RNP } from '../../../src/core/defenses/rnp.ts';
import { NC_ADAM } from '../../../src/core/defenses/triggerSearch.ts';
import { toFloat } from '../../../src/core/augment.ts';
import { gatherImages } from '../../../src/core/fineTune.ts';
import { tidyAsync } from '../../../src/core/memory.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { planNetwork } from '../../../src/core/network/plan.ts';
import { recogniseArchitecture } from '../../../src/core/network/recognise.ts';
import type { StateDict } from '../../../src/core/network/stateDict.ts';
import { lossAndGradients } from '../../../src/core/network/trainNetwork.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  type TrainNetwork,
} from '../../../src/core/network/trainState.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { checkStateDict } from '../../../src/formats/stateDict.ts';
import { describeOnBackends, expectNoLeak, take, worstError } from '../../support/backends.ts';
import { bytes, floats, integers } from '../../support/oracle.ts';
import { imagesOf, NORMALISATION } from '../network/tiny.ts';

const GOLDEN = join(import.meta.dirname, '../../golden');
const open = (path: string) => readSafetensors(readFileSync(join(GOLDEN, `${path}.safetensors`)));

const FAMILIES = ['preActResNet', 'resNet', 'wideResNet', 'wideResNetPlain', 'vggBn'];
/** As in the script. */
const [TARGET, COST, EVERY] = [1, 1e-3, 5];

function openCase(name: string) {
  const [networks, input, golden] = [`networks/${name}`, 'networks/input', `defenses/${name}`].map(
    open,
  ) as [ReturnType<typeof open>, ReturnType<typeof open>, ReturnType<typeof open>];
  const under = (prefix: string) =>
    new Map(
      [...networks].flatMap(([key, tensor]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), tensor] as const] : [],
      ),
    );
  const state = under('state.');
  const plan = planNetwork(recogniseArchitecture(state));
  const chosen = integers(golden, 'batch');
  const labels = integers(input, 'labels');
  const batch: Batch = {
    pixels: toFloat(gatherImages(bytes(input, 'images'), chosen)),
    labels: Int32Array.from(chosen, (i) => labels[i] ?? 0),
  };
  return {
    ...{ plan, batch, weights: checkStateDict(state, plan) },
    teacher: checkStateDict(under('final.'), plan),
    golden: (key: string) => floats(golden, key),
  };
}

type Case = ReturnType<typeof openCase>;

/** Error relative to the largest golden value. */
function relative(got: ArrayLike<number>, golden: Float32Array): number {
  return worstError(got, golden) / golden.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
}

async function inTrainMode<T>(
  { plan, weights }: Case,
  body: (network: TrainNetwork) => Promise<T>,
): Promise<T> {
  const network = createTrainNetwork(plan, weights, NORMALISATION);
  return body(network).finally(() => {
    disposeTrainNetwork(network);
  });
}

async function inEvalMode<T>(
  { plan }: Case,
  weights: StateDict,
  body: (network: ReturnType<typeof compileNetwork>) => Promise<T>,
): Promise<T> {
  const network = compileNetwork(plan, weights, NORMALISATION);
  return body(network).finally(() => {
    disposeNetwork(network);
  });
}

it.each(FAMILIES)('Lipschitz bounds of %s', (name) => {
  const { plan, weights, golden } = openCase(name);
  for (const pair of producerPairs(plan))
    expect(relative(channelLipschitz(weights, pair), golden(`clp.${pair[0]}`))).toBeLessThan(1e-6);
});

/** @param slow whether the backend is a GPU made of software */
function goldenChecks(name: string, slow = false): void {
  const one = openCase(name);
  const { batch, golden } = one;

  it.skipIf(slow)(`pooled features of ${name}`, async () => {
    await expectNoLeak(async () => {
      const got = await inEvalMode(one, one.weights, async (network) => {
        const x = imagesOf(batch.pixels);
        const pooled = pooledFeatures(network, x);
        x.dispose();
        return take(pooled);
      });
      expect(relative(got, golden('fp.pooled'))).toBeLessThan(1e-5);
    });
  });

  it.skipIf(slow)(`noise and masks of ${name}`, async () => {
    const mask = golden('anp.mask');
    const noise: Factors = { gamma: golden('anp.noise_w'), beta: golden('anp.noise_b') };
    const slopes: Factors = { gamma: golden('anp.slope_w'), beta: golden('anp.slope_b') };
    await expectNoLeak(() =>
      inTrainMode(one, async (network) => {
        const up = await factorGradients(network, noisyFactors(mask, noise), batch);
        expect(relative(up.gamma, slopes.gamma)).toBeLessThan(1e-4);
        expect(relative(up.beta, slopes.beta)).toBeLessThan(1e-4);
        const after = ascend(noise, slopes, ANP.eps);
        const step = await maskGradient(network, mask, after, batch, ANP.alpha);
        const losses = [up.loss, step.lossClean, step.lossNoisy];
        expect(relative(losses, golden('anp.losses'))).toBeLessThan(1e-5);
        expect(relative(step.gradient, golden('anp.gradient'))).toBeLessThan(1e-4);
        const recovery = await recoveryGradient(network, mask, batch, RNP.alpha);
        expect(relative(recovery.gradient, golden('rnp.gradient'))).toBeLessThan(1e-4);
      }),
    );
  });

  it(`attention of ${name}`, async () => {
    await expectNoLeak(() =>
      inEvalMode(one, one.teacher, (teacher) =>
        inTrainMode(one, async (network) => {
          const { loss, gradient } = await tidyAsync(async () => {
            const x = imagesOf(batch.pixels);
            const y = tf.tensor1d(batch.labels, 'int32');
            const taps = attentionTaps(teacher, x);
            expect([...taps.keys()]).toEqual(attentionLayers(one.plan));
            const same = <T>(sums: T): T => sums;
            const step = await lossAndGradients(network, x, y, y.size, same, { taps });
            const first = step.gradients.get(`${one.plan.convs[0]?.name ?? ''}.weight`);
            return {
              loss: await step.loss.data(),
              gradient: await tf.transpose(first as tf.Tensor4D, [3, 2, 0, 1]).data(),
            };
          });
          expect(worstError(loss, golden('nad.losses').slice(0, 1))).toBeLessThan(1e-5);
          expect(relative(gradient, golden('nad.gradient'))).toBeLessThan(1e-4);
        }),
      ),
    );
  });

  it(`a reversed trigger of ${name}`, async () => {
    // Stored channels first.
    const pattern = adamVector(channelsLast(golden('nc.pattern'), 3));
    const mask = adamVector(golden('nc.mask').slice());
    const losses: number[] = [];
    await expectNoLeak(() =>
      inEvalMode(one, one.weights, async (network) => {
        const x = imagesOf(batch.pixels);
        for (const step of [1, 2]) {
          const vectors = { mask: mask.values, pattern: pattern.values };
          const g = await triggerGradients(network, x, TARGET, vectors, COST);
          losses.push(g.crossEntropy, g.norm);
          if (step === 1) {
            expect(relative(sparse(g.mask, 1), golden('nc.gradient_mask'))).toBeLessThan(1e-4);
            const slopes = sparse(g.pattern, 3);
            expect(relative(slopes, golden('nc.gradient_pattern'))).toBeLessThan(1e-4);
          }
          adamStep(mask, g.mask, step, NC_ADAM);
          adamStep(pattern, g.pattern, step, NC_ADAM);
        }
        x.dispose();
      }),
    );
    expect(relative(losses, golden('nc.losses'))).toBeLessThan(1e-6);
    expect(worstError(sparse(mask.values, 1), golden('nc.after_mask'))).toBeLessThan(1e-3);
    expect(worstError(sparse(pattern.values, 3), golden('nc.after_pattern'))).toBeLessThan(1e-3);
  });
}

/** [C,32,32] to [32,32,C]. */
function channelsLast(values: Float32Array, channels: number): Float32Array {
  const size = values.length / channels;
  return values.map((_, i) => values[(i % channels) * size + Math.floor(i / channels)] ?? NaN);
}

/** Every fifth row and column of [32,32,C], channels first. */
function sparse(values: Float32Array, channels: number): number[] {
  const kept = Array.from({ length: Math.ceil(32 / EVERY) }, (_, i) => i * EVERY);
  return Array.from({ length: channels }, (_, c) => c).flatMap((c) =>
    kept.flatMap((row) => kept.map((column) => values[(row * 32 + column) * channels + c] ?? NaN)),
  );
}

describeOnBackends('a defense as PyTorch computes it', () => {
  for (const name of FAMILIES) goldenChecks(name);
});

describeOnBackends(
  'a defense as PyTorch computes it',
  () => {
    goldenChecks('preActResNet', true);
  },
  ['webgpu'],
);
