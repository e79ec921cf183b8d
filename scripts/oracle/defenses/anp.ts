/** One ascent step of the noise and one step of the mask. */
import { anpTotal, ascend, maskGradient, noisyFactors } from '../../../src/core/defenses/anp.ts';
import { factorGradients, type Factors, stepMask } from '../../../src/core/defenses/normFactors.ts';
import { near } from '../check.ts';
import type { Checks, OracleContext } from '../context.ts';
import {
  atSomeRounding,
  LOSS,
  MASK,
  nearNormGradients,
  normFactors,
  normVector,
  withTrainNetwork,
} from './common.ts';

const FILE = 'defenses/anp.safetensors';

interface Anp {
  readonly eps: number;
  readonly steps: number;
  readonly anp_alpha: number;
  readonly mask_lr: number;
  readonly momentum: number;
  readonly loss_before_ascent: number;
  readonly loss_clean: number;
  readonly loss_noisy: number;
  readonly loss_total: number;
}

export async function* anpChecks(context: OracleContext): Checks {
  const golden = context.folder.json('defenses/anp.json') as Anp;
  const { anp_alpha: alpha } = golden;
  const mask = normVector(context, FILE, 'mask_before');
  const [start, after] = ['_init', '_after'].map((suffix) =>
    normFactors(context, FILE, 'noise', suffix),
  ) as [Factors, Factors];
  const slopes = normFactors(context, FILE, 'noise', '_grad');
  const gradient = normVector(context, FILE, 'mask_grad');
  yield* await withTrainNetwork(context, (network) =>
    atSomeRounding(context, async (batch) => {
      const up = await factorGradients(network, noisyFactors(mask, start), batch);
      return [
        near('anp: loss before the ascent', [up.loss], [golden.loss_before_ascent], LOSS),
        nearNormGradients('anp: gradient at the noise of gamma', context, up.gamma, slopes.gamma),
        nearNormGradients('anp: gradient at the noise of beta', context, up.beta, slopes.beta),
      ];
    }),
  );
  const risen = ascend(start, slopes, golden.eps / golden.steps);
  yield near('anp: noise of gamma after the ascent', risen.gamma, after.gamma, MASK);
  yield near('anp: noise of beta after the ascent', risen.beta, after.beta, MASK);
  yield* await withTrainNetwork(context, (network) =>
    atSomeRounding(context, async (batch) => {
      // At the golden noise: a gradient of nearly 0 may have either sign.
      const step = await maskGradient(network, mask, after, batch, alpha);
      const { lossClean, lossNoisy } = step;
      const losses = [lossClean, lossNoisy, anpTotal(lossClean, lossNoisy, alpha)];
      const expected = [golden.loss_clean, golden.loss_noisy, golden.loss_total];
      return [
        near('anp: losses', losses, expected, LOSS),
        nearNormGradients('anp: gradient at the mask', context, step.gradient, gradient),
      ];
    }),
  );
  const trained = { values: mask.slice(), velocity: new Float32Array(mask.length) };
  stepMask(trained, gradient, golden.mask_lr, golden.momentum);
  yield near(
    'anp: mask after a step',
    trained.values,
    normVector(context, FILE, 'mask_after'),
    MASK,
  );
}
