/** One recovery step of the mask, and the network that it prunes. */
import { gammaMask, normSlices, stepMask } from '../../../src/core/defenses/normFactors.ts';
import { recoveryGradient } from '../../../src/core/defenses/rnp.ts';
import { applyPruneMask } from '../../../src/core/network/prune.ts';
import { near, same } from '../check.ts';
import { type Checks, type OracleContext, withNetwork } from '../context.ts';
import { networkLogits } from '../forward.ts';
import { INPUT } from '../frg.ts';
import {
  atSomeRounding,
  LOSS,
  MASK,
  nearNormGradients,
  normVector,
  withTrainNetwork,
} from './common.ts';

const FILE = 'defenses/rnp.safetensors';

interface Rnp {
  readonly lr: number;
  readonly momentum: number;
  readonly alpha: number;
  readonly loss: number;
  readonly threshold: number;
  readonly pruned: Readonly<Record<string, readonly number[]>>;
}

export async function* rnpChecks(context: OracleContext): Checks {
  const { folder, plan, weights } = context;
  const golden = folder.json('defenses/rnp.json') as Rnp;
  const mask = normVector(context, FILE, 'mask_before');
  const gradient = normVector(context, FILE, 'mask_grad');
  yield* await withTrainNetwork(context, (network) =>
    atSomeRounding(context, async (batch) => {
      const step = await recoveryGradient(network, mask, batch, golden.alpha);
      return [
        near('rnp: loss', [step.loss], [golden.loss], LOSS),
        nearNormGradients('rnp: gradient at the mask', context, step.gradient, gradient),
      ];
    }),
  );
  const trained = { values: mask.slice(), velocity: new Float32Array(mask.length) };
  stepMask(trained, gradient, golden.lr, golden.momentum);
  const after = normVector(context, FILE, 'mask_after');
  yield near('rnp: mask after a step', trained.values, after, MASK);
  const { mask: pruned } = gammaMask(plan, after, golden.threshold);
  const flat = (lists: (norm: string) => Iterable<number>): number[] =>
    normSlices(plan).flatMap(({ name, offset }) => [...lists(name)].map((c) => offset + c));
  yield same(
    'rnp: pruned channels',
    flat((norm) => pruned.get(`${norm}.weight`) ?? []),
    flat((norm) => golden.pruned[norm] ?? []),
  );
  const output = await withNetwork(context, applyPruneMask(weights, pruned), (network) =>
    networkLogits(network, folder.images(INPUT, 'x')),
  );
  const logits = folder.floats(FILE, 'logits_after_prune');
  yield near('rnp: logits when pruned', output, logits, context.outputs);
}
