/** Whole networks with all kernels at work, against the same on cpu. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  createContext,
  disposeContext,
  reverse,
  type ReverseConfig,
} from '../../../src/core/frg/reverse.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { logits } from '../../../src/core/network/forward.ts';
import { type NetworkPlan, planNetwork } from '../../../src/core/network/plan.ts';
import { registerKernels } from '../../../src/engine/webgpu/registered.ts';
import { expectNoLeak, useBackend, worstError } from '../../support/backends.ts';
import {
  imagesOf,
  NORMALISATION,
  randomPixels,
  signedWeights,
  tinyPlan,
} from '../../core/network/tiny.ts';
import { describeOnGpu } from './gpu.ts';

const RES_NET = planNetwork({
  ...{ family: 'ResNet', width: 4, blocks: [1, 1], classes: 3 },
  ...{ shortcut: 'downsample', linear: 'fc' },
});
const VGG = planNetwork({
  ...{ family: 'VggBn', stages: [[2], [3, 2], [3]], bias: true, classes: 3 },
  ...{ linears: ['classifier.1', 'classifier.4'], hidden: [5] },
});
/** Between them, every kind of layer and of reader. Compiling takes most of the time. */
const CASES: readonly (readonly [family: string, plan: NetworkPlan, steps: number])[] = [
  ['PreActResNet', tinyPlan(4, [1, 1]), 1],
  ['ResNet', RES_NET, 2],
  ['VggBn', VGG, 2],
];

/** Logits of two images, and FRG images of two maps of every convolution. */
async function outputs(plan: NetworkPlan, config: ReverseConfig): Promise<Float32Array[]> {
  const network = compileNetwork(plan, signedWeights(plan), NORMALISATION);
  const context = createContext(
    network,
    imagesOf(randomPixels(2, 1)),
    imagesOf(randomPixels(2, 2)),
  );
  const results: tf.Tensor[] = [logits(network, context.x)];
  for (const spec of plan.convs) {
    const steps = reverse(network, context, spec, [spec.outChannels - 1, 0], config);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    results.push(step.value);
  }
  const values = await Promise.all(results.map((t) => t.data<'float32'>()));
  tf.dispose(results);
  disposeContext(context);
  disposeNetwork(network);
  return values;
}

describeOnGpu('networks with our kernels', () => {
  it.each(CASES)('have the logits and FRG images as on cpu: %s', async (_, plan, steps) => {
    const config = { variant: 'projected', eps: 0.1, alpha: 0.05, steps } as const;
    await useBackend('cpu');
    const [expectedLogits = [], ...expected] = await outputs(plan, config);
    await useBackend('webgpu');
    registerKernels();
    const [gotLogits = [], ...got] = await expectNoLeak(() => outputs(plan, config));
    expect(worstError(gotLogits, expectedLogits)).toBeLessThan(1e-3);
    // A gradient that is 0 but for rounding has either sign; all others must agree.
    got.forEach((images, i) => {
      const golden = expected[i] ?? new Float32Array();
      const off = images.filter((v, j) => Math.abs(v - (golden[j] ?? NaN)) > 1e-4).length;
      expect(off / images.length, `convolution ${String(i)}`).toBeLessThan(1e-3);
    });
  });
});
