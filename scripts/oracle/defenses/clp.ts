/** Lipschitz bounds, thresholds, pruned channels, and what the pruned network says. */
import {
  channelLipschitz,
  clpMask,
  lipschitzThreshold,
  type NormPair,
  producerPairs,
} from '../../../src/core/defenses/clp.ts';
import { applyPruneMask } from '../../../src/core/network/prune.ts';
import { near, same, worstOf } from '../check.ts';
import { type Checks, type OracleContext, withNetwork } from '../context.ts';
import { networkLogits } from '../forward.ts';
import { INPUT } from '../frg.ts';

const FILE = 'defenses/clp.safetensors';
/** The absolute part is for channels whose score is 0. */
const SCORE = { abs: 1e-12, rel: 1e-4 };

interface Pairing {
  readonly pairs: readonly NormPair[];
  /** By "u=3" and batch norm. */
  readonly thresholds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly pruned: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

export async function* clpChecks(context: OracleContext): Checks {
  const { folder, plan, weights } = context;
  const pairings = folder.json('defenses/clp.json') as Readonly<Record<string, Pairing>>;
  const own = producerPairs(plan).flat().join();
  const given = (pairings.producer?.pairs ?? []).flat().join();
  yield same('clp: producer pairs', [own === given ? 1 : 0], [1]);
  for (const [pairing, { pairs, thresholds, pruned }] of Object.entries(pairings)) {
    const scores = new Map(pairs.map((pair) => [pair[0], channelLipschitz(weights, pair)]));
    yield worstOf(
      `clp ${pairing}: scores`,
      [...scores].map(([norm, got]) =>
        near(norm, got, folder.floats(FILE, `clp.${pairing}.${norm}`), SCORE),
      ),
    );
    for (const [key, limits] of Object.entries(thresholds)) {
      const u = Number(key.replace('u=', ''));
      const got = [...scores.values()].map((values) => lipschitzThreshold(values, u));
      const golden = [...scores.keys()].map((norm) => limits[norm] ?? NaN);
      yield near(`clp ${pairing}, ${key}: thresholds`, got, golden, SCORE);
      const mask = clpMask(weights, pairs, u);
      const channels = pairs.map(([norm]) => [...(mask.get(`${norm}.weight`) ?? [])].join());
      const lists = pairs.map(([norm]) => (pruned[key]?.[norm] ?? []).join());
      const alike = channels.map((list, i) => (list === lists[i] ? 1 : 0));
      yield same(
        `clp ${pairing}, ${key}: pruned`,
        alike,
        alike.map(() => 1),
      );
      const output = await withNetwork(context, applyPruneMask(weights, mask), (network) =>
        networkLogits(network, folder.images(INPUT, 'x')),
      );
      const logits = folder.floats(FILE, `clp_logits.${pairing}.${key}`);
      yield near(`clp ${pairing}, ${key}: logits`, output, logits, context.outputs);
    }
  }
}
