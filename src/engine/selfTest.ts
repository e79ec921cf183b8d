import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../core/memory.ts';
import { compileNetwork, disposeNetwork } from '../core/network/evalNetwork.ts';
import { logits } from '../core/network/forward.ts';
import { createContext, disposeContext, firstGradient } from '../core/frg/reverse.ts';
import { planNetwork } from '../core/network/plan.ts';
import { type StateDict, stateShapes } from '../core/network/stateDict.ts';
import { createRandom } from '../core/random.ts';

/** Largest difference from the plain-JavaScript backend that still counts as correct. */
const TOLERANCE = 1e-3;

/**
 * Runs a small network forward and backward on the current backend and on `cpu`, and compares.
 * @returns null if they agree, else what differs; the current backend stays current
 */
export async function selfTest(): Promise<string | null> {
  const backend = tf.getBackend();
  const actual = await probe();
  if (backend === 'cpu') return actual.every(Number.isFinite) ? null : 'results are not finite';
  await tf.setBackend('cpu');
  const expected = await probe();
  await tf.setBackend(backend);
  const scale = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 1);
  const worst = expected.reduce(
    (top, value, i) => Math.max(top, Math.abs(value - (actual[i] ?? NaN))),
    0,
  );
  return worst <= TOLERANCE * scale
    ? null
    : `the self-test is off by ${worst.toExponential(1)} (at most ${String(TOLERANCE * scale)})`;
}

/** Logits of two images and the gradient of one feature map behind two stride-2 stages. */
async function probe(): Promise<Float32Array> {
  const plan = planNetwork({ family: 'PreActResNet', width: 4, blocks: [1, 1, 1], classes: 3 });
  const network = compileNetwork(plan, randomWeights(), { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] });
  const random = createRandom(1, 'selfTest');
  const image = (): tf.Tensor4D =>
    tf.tensor4d(
      Float32Array.from({ length: 2 * 32 * 32 * 3 }, () => random.uniform()),
      [2, 32, 32, 3],
    );
  const context = createContext(network, image(), image());
  const last = plan.convs.at(-1);
  if (last === undefined) throw new Error('the plan has no convolutions');
  const outputs = [
    logits(network, context.x),
    tidy(() => tf.mul(firstGradient(network, context, last, [1]), 0.01)),
  ];
  const values = await Promise.all(outputs.map((t) => t.data<'float32'>()));
  disposeAll(outputs);
  disposeContext(context);
  disposeNetwork(network);
  return Float32Array.from(values.flatMap((part) => [...part]));

  function randomWeights(): StateDict {
    return new Map(
      [...stateShapes(plan)].map(([name, shape]) => {
        const draw = createRandom(2, name);
        const size = shape.reduce((a, b) => a * b, 1);
        const offset = name.endsWith('running_var') || name.endsWith('bn1.weight') ? 1 : -0.5;
        const data = Float32Array.from({ length: size }, () => draw.uniform() + offset);
        return [name, { shape, data }];
      }),
    );
  }
}
