/** Which maps are pruned, and what the network says without them. */
import { rankRows, type SelectionName, selectMaps } from '../../src/core/frg/select.ts';
import { mapsInScope } from '../../src/core/network/plan.ts';
import { applyPruneMask, pruneMask, type PruneMask } from '../../src/core/network/prune.ts';
import { type CheckResult, near, same, worstOf } from './check.ts';
import { type Checks, type OracleContext, withNetwork } from './context.ts';
import { convOutputs, networkLogits } from './forward.ts';
import { INPUT } from './frg.ts';

const LOGITS = 'prune/logits.safetensors';

type ByLayer = Readonly<Record<string, readonly number[]>>;

interface Lists {
  readonly p: readonly number[];
  readonly ascending_order: readonly number[];
  readonly by_p: Readonly<
    Record<
      string,
      {
        readonly global_indices: readonly number[];
        readonly per_layer: ByLayer;
        /** Convolutions by name, batch-norm scales by tensor name. */
        readonly released: ByLayer;
      }
    >
  >;
}

/** The maps that the golden script pruned globally. */
export function globalList({ folder }: OracleContext, p: number): readonly number[] {
  return listsAt(folder.json('prune/lists.json') as Lists, p).global_indices;
}

export async function* pruneChecks(context: OracleContext): Checks {
  const lists = context.folder.json('prune/lists.json') as Lists;
  yield* selectionChecks(context, lists);
  const groups = new Map<string, CheckResult[]>();
  for (const key of context.folder.tensors(LOGITS).keys()) {
    const { group, result } = await logitCheck(context, lists, key);
    groups.set(group, [...(groups.get(group) ?? []), result]);
  }
  for (const [name, results] of groups) yield worstOf(`prune: ${name}`, results);
}

/** Ranking by golden accuracies. */
function* selectionChecks({ folder, plan }: OracleContext, lists: Lists) {
  const maps = Int32Array.from(mapsInScope(plan, 'all'));
  const accuracies = folder.floats('frg/results.safetensors', 'accuracy.one_step');
  const suspicion = accuracies.map((accuracy) => 1 - accuracy);
  yield same('prune: ascending order', rankRows(maps, suspicion), lists.ascending_order);
  const select = (selection: SelectionName, p: number): Int32Array =>
    selectMaps(plan, maps, suspicion, selection, p).pruned;
  const both = lists.p.map((p) => {
    const { global_indices: global, per_layer: layers } = listsAt(lists, p);
    return {
      global: same(`p = ${String(p)}`, select('global', p), global),
      perLayer: same(`p = ${String(p)}`, select('perLayer', p), flatten(plan, layers)),
    };
  });
  yield worstOf(
    'prune: global selection',
    both.map((b) => b.global),
  );
  yield worstOf(
    'prune: per-layer selection',
    both.map((b) => b.perLayer),
  );
}

/** `logits.global.p4`, `logits_rows_only.per_layer.p4`, `pruned_conv.global.p4.01.layer1.0.conv1`. */
async function logitCheck(
  context: OracleContext,
  lists: Lists,
  key: string,
): Promise<{ group: string; result: CheckResult }> {
  const [, kind = '', list = '', p = '', order] =
    /^(logits|logits_rows_only|pruned_conv)\.(global|per_layer|released)\.p(\d+)(?:\.(\d+)\.)?/.exec(
      key,
    ) ?? [];
  const group = `${kind}.${list}`;
  if (kind === '') throw new Error(`${LOGITS}: ${key} is of no known kind`);
  const given = listsAt(lists, Number(p));
  const full =
    list === 'released'
      ? releasedMask(given.released)
      : pruneMask(
          context.plan,
          list === 'global' ? given.global_indices : flatten(context.plan, given.per_layer),
        );
  const rows = new Map([...full].filter(([name]) => !name.includes('.bn')));
  const weights = applyPruneMask(context.weights, kind === 'logits_rows_only' ? rows : full);
  const { folder, outputs } = context;
  const images = folder.images(INPUT, 'x');
  const expected = folder.floats(LOGITS, key);
  const got = await withNetwork(context, weights, async (network) => {
    if (order === undefined) return networkLogits(network, images);
    const count = folder.tensor(LOGITS, key).shape[0] ?? 0;
    return (await convOutputs(network, images, count))[Number(order)] ?? [];
  });
  return { group, result: near(key, got, expected, outputs) };
}

/** The released code's own pairing of lists and layers is in the file; only zeroing is ours. */
function releasedMask(lists: ByLayer): PruneMask {
  return new Map(
    Object.entries(lists)
      .filter(([, channels]) => channels.length > 0)
      .map(([name, channels]) => [
        name.endsWith('.weight') ? name : `${name}.weight`,
        new Set(channels),
      ]),
  );
}

/** Channel lists by layer as global indices, layer by layer. */
function flatten(plan: OracleContext['plan'], layers: ByLayer): number[] {
  return plan.convs.flatMap((spec) =>
    (layers[spec.name] ?? []).map((channel) => spec.offset + channel),
  );
}

function listsAt(lists: Lists, p: number): Lists['by_p'][string] {
  const found = lists.by_p[String(p)];
  if (found === undefined) throw new Error(`prune/lists.json has no p = ${String(p)}`);
  return found;
}
