import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pruneCount, rankRows, selectMaps, type SelectionName } from '../../src/core/frg/select.ts';
import { mapsInScope, planNetwork, type NetworkPlan } from '../../src/core/network/plan.ts';
import golden from '../golden/golden.json' with { type: 'json' };
import { describeOracle, floats, oracleJson, oracleTensors } from '../support/oracle.ts';
import { TINY_PLAN } from '../support/weights.ts';

const MAPS = Int32Array.from(mapsInScope(TINY_PLAN, 'all'));
// Few distinct values, so that ties are common.
const suspicions = fc
  .array(fc.nat(4), { minLength: MAPS.length, maxLength: MAPS.length })
  .map((values) => Float32Array.from(values, (value) => value / 4));
const ps = fc.double({ min: 1, max: 40, noNaN: true });
const selections = fc.constantFrom<SelectionName>('global', 'perLayer');

const pick = (suspicion: Float32Array, selection: SelectionName, p: number): number[] => [
  ...selectMaps(TINY_PLAN, MAPS, suspicion, selection, p).pruned,
];

/** Channel numbers by convolution, for convolutions that lose some. */
function byLayer(plan: NetworkPlan, pruned: Int32Array): Record<string, number[]> {
  return Object.fromEntries(
    plan.convs.map((conv) => [
      conv.name,
      [...pruned]
        .filter((map) => map >= conv.offset && map < conv.offset + conv.outChannels)
        .map((map) => map - conv.offset),
    ]),
  );
}

describe('selection', () => {
  it('takes floor(N / p) maps over all, or floor(n / p) of each convolution', () => {
    fc.assert(
      fc.property(suspicions, ps, (suspicion, p) => {
        expect(pick(suspicion, 'global', p)).toHaveLength(Math.floor(MAPS.length / p));
        const { pruned } = selectMaps(TINY_PLAN, MAPS, suspicion, 'perLayer', p);
        const layers = byLayer(TINY_PLAN, pruned);
        for (const conv of TINY_PLAN.convs)
          expect(layers[conv.name]).toHaveLength(Math.floor(conv.outChannels / p));
      }),
    );
  });

  it('prunes with a larger p a subset of what a smaller p prunes', () => {
    fc.assert(
      fc.property(suspicions, ps, ps, selections, (suspicion, p, q, selection) => {
        const fewer = pick(suspicion, selection, Math.max(p, q));
        const more = new Set(pick(suspicion, selection, Math.min(p, q)));
        expect(fewer.filter((map) => !more.has(map))).toEqual([]);
      }),
    );
  });

  it('prunes no map that is less suspicious than one it keeps; among equals the first', () => {
    fc.assert(
      fc.property(suspicions, ps, (suspicion, p) => {
        const { pruned, ties, cut } = selectMaps(TINY_PLAN, MAPS, suspicion, 'global', p);
        const kept = MAPS.filter((map) => !pruned.includes(map));
        for (const map of pruned) expect(suspicion[map]).toBeGreaterThanOrEqual(cut ?? Infinity);
        for (const map of kept) expect(suspicion[map]).toBeLessThanOrEqual(cut ?? Infinity);
        const equals = kept.filter((map) => suspicion[map] === cut);
        expect(ties).toBe(equals.length);
        const last = Math.max(...pruned.filter((map) => suspicion[map] === cut));
        for (const map of equals) expect(map).toBeGreaterThan(last);
      }),
    );
  });

  it('ranks every row once, ties in the order of the feature maps, not of the rows', () => {
    fc.assert(
      fc.property(suspicions, (suspicion) => {
        const maps = MAPS.toReversed();
        const ranked = rankRows(maps, suspicion);
        expect([...ranked].sort((a, b) => a - b)).toEqual([...MAPS.keys()]);
        for (let i = 1; i < ranked.length; i++) {
          const [a = -1, b = -1] = ranked.subarray(i - 1, i + 1);
          const fall = (suspicion[a] ?? -1) - (suspicion[b] ?? -1);
          expect(fall).toBeGreaterThanOrEqual(0);
          if (fall === 0) expect(maps[a]).toBeLessThan(maps[b] ?? -1);
        }
      }),
    );
  });

  it('selects among the candidates alone', () => {
    const inner = Int32Array.from(mapsInScope(TINY_PLAN, 'inner'));
    const suspicion = Float32Array.from(inner, (_, row) => row);
    for (const selection of ['global', 'perLayer'] as const) {
      const { pruned } = selectMaps(TINY_PLAN, inner, suspicion, selection, 2);
      expect(pruned).toHaveLength(inner.length / 2);
      expect(pruned.every((map) => inner.includes(map))).toBe(true);
    }
  });

  it('leaves out maps that are to stay, and puts no other in their place', () => {
    const kept = fc.array(fc.nat(MAPS.length + 3), { maxLength: MAPS.length });
    fc.assert(
      fc.property(suspicions, ps, selections, kept, (suspicion, p, selection, keep) => {
        const all = selectMaps(TINY_PLAN, MAPS, suspicion, selection, p);
        const less = selectMaps(TINY_PLAN, MAPS, suspicion, selection, p, keep);
        expect([...less.pruned]).toEqual([...all.pruned].filter((map) => !keep.includes(map)));
        expect([less.ties, less.cut]).toEqual([all.ties, all.cut]);
      }),
    );
  });

  it('prunes nothing when p exceeds the number of maps, everything when p is 1', () => {
    const suspicion = new Float32Array(MAPS.length).fill(0.5);
    expect(selectMaps(TINY_PLAN, MAPS, suspicion, 'global', MAPS.length + 1)).toEqual({
      ...{ pruned: new Int32Array(0), ties: 0, cut: null },
    });
    expect(pick(suspicion, 'global', 1)).toEqual([...MAPS]);
    expect(pruneCount(4800, 64)).toBe(75);
  });
});

const goldenPlan = planNetwork({
  family: 'PreActResNet',
  ...{ width: golden.network.width, classes: golden.network.classes, blocks: [2, 2, 2, 2] },
});
const goldenMaps = Int32Array.from(mapsInScope(goldenPlan, 'all'));

it('golden: p = 16 prunes what the PyTorch script listed', () => {
  const { correctOf8, p, global, perLayer } = golden.prune;
  const suspicion = Float32Array.from(correctOf8, (correct) => 1 - correct / 8);
  const select = (selection: SelectionName): Int32Array =>
    selectMaps(goldenPlan, goldenMaps, suspicion, selection, p).pruned;
  expect([...select('global')]).toEqual(global);
  expect(byLayer(goldenPlan, select('perLayer'))).toEqual(perLayer);
});

interface Lists {
  readonly p: readonly number[];
  readonly ascending_order: readonly number[];
  readonly by_p: Readonly<
    Record<
      string,
      {
        readonly global_indices: readonly number[];
        readonly per_layer: Readonly<Record<string, readonly number[]>>;
      }
    >
  >;
}

describeOracle('selections of the PyTorch script', (dir) => {
  const lists = oracleJson(dir, 'prune/lists.json') as Lists;
  const accuracies = floats(oracleTensors(dir, 'frg/results.safetensors'), 'accuracy.one_step');
  const suspicion = accuracies.map((accuracy) => 1 - accuracy);

  it('has the same order', () => {
    expect([...rankRows(goldenMaps, suspicion)]).toEqual(lists.ascending_order);
  });

  it.each(lists.p)('prunes the same maps for p = %i', (p) => {
    const select = (selection: SelectionName): Int32Array =>
      selectMaps(goldenPlan, goldenMaps, suspicion, selection, p).pruned;
    const expected = lists.by_p[String(p)];
    expect([...select('global')]).toEqual(expected?.global_indices);
    expect(byLayer(goldenPlan, select('perLayer'))).toEqual(expected?.per_layer);
  });
});
