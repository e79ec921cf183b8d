/** Pooled features, their order, and the network without the first of them. */
import {
  ascendingFeatures,
  pooledFeatures,
  zeroColumns,
} from '../../../src/core/defenses/finePruning.ts';
import { near, same } from '../check.ts';
import { type Checks, imageTensor, type OracleContext, take, withNetwork } from '../context.ts';
import { networkLogits } from '../forward.ts';
import { INPUT } from '../frg.ts';
import { batchOf } from './common.ts';

const FILE = 'defenses/fp.safetensors';

export async function* fpChecks(context: OracleContext): Checks {
  const { folder, plan, weights } = context;
  const { columns } = folder.json('defenses/fp.json') as { readonly columns: readonly number[] };
  const { pixels } = batchOf(context);
  const features = await withNetwork(context, weights, (network) => {
    const x = imageTensor(pixels, 0, pixels.length);
    const pooled = pooledFeatures(network, x);
    x.dispose();
    return take(pooled);
  });
  yield near('fp: pooled features', features, folder.floats(FILE, 'pooled'), context.outputs);
  const [linear] = plan.head;
  const channels = linear?.inputs ?? 0;
  const order = ascendingFeatures(features, channels);
  yield same('fp: ascending order', order, folder.integers(FILE, 'ascending_order'));
  for (const count of columns) {
    const first = new Set(order.slice(0, count));
    const pruned = zeroColumns(weights, `${linear?.name ?? ''}.weight`, first);
    const output = await withNetwork(context, pruned, (network) =>
      networkLogits(network, folder.images(INPUT, 'x')),
    );
    const golden = folder.floats(FILE, `logits.first_${String(count)}_columns_zero`);
    yield near(`fp: logits without ${String(count)} features`, output, golden, context.outputs);
  }
}
