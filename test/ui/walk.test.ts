import { describe, expect, it } from 'vitest';
import { locateMap, planNetwork } from '../../src/core/network/plan.ts';
import { scoreTable } from '../../src/store/scoring.ts';
import { layoutFrg } from '../../src/ui/charts/frgLayout.ts';
import { placeMarks } from '../../src/ui/charts/frgMarks.ts';
import { nearestPlace, stepOf, walkPlaces, type WalkPlace } from '../../src/ui/charts/walk.ts';
import { UNASKED } from '../../src/core/frg/score.ts';
import { spokenMap, telling } from '../../src/ui/text/mapText.ts';

const plan = planNetwork({ family: 'PreActResNet', width: 4, blocks: [1, 1, 1, 1], classes: 10 });
const maps = Int32Array.from({ length: plan.maps }, (_, map) => map);
const scored = scoreTable(
  {
    ...{ maps, labels: Int32Array.from([0, 1, 2, 4]), classes: 10, rows: maps.length },
    predictions: Int16Array.from({ length: 4 * maps.length }, (_, at) =>
      at % 4 < Math.floor(at / 4) % 5 ? 3 : ([0, 1, 2, 4][at % 4] ?? 0),
    ),
  },
  'targetShare',
);
const layerOf = (map: number): number => locateMap(plan, map).conv.order;

function walk(order: 'layer' | 'rank', only: number | null = null): readonly WalkPlace[] {
  const layout = layoutFrg(plan, 'all', order, 600, 400, only);
  return walkPlaces(scored, placeMarks(layout, scored, null), layerOf);
}

describe('the image that tells most of a map', () => {
  it('is none that the sweep did not ask for', () => {
    const predictions = Int16Array.from(scored.table.predictions).fill(UNASKED);
    const asked = { ...scored, table: { ...scored.table, predictions } };
    expect(telling(asked, 0)).toBe(0);
    // The third image is misread; the second was not asked for.
    predictions.set([0, UNASKED, 7, UNASKED]);
    expect(telling(asked, 0)).toBe(2);
  });
});

describe('walking over the marks', () => {
  it('goes through all maps in their order, or in that of their ranks', () => {
    expect(walk('layer').map(({ map }) => map)).toEqual([...maps]);
    const ranked = walk('rank').map(({ map }) => scored.suspicion[map] ?? 0);
    expect(ranked).toEqual([...ranked].sort((a, b) => b - a));
    const [, second] = plan.convs;
    expect(walk('layer', second?.order ?? null)).toHaveLength(second?.outChannels ?? -1);
  });

  it('steps by map, by layer and to the ends, and never off them', () => {
    const places = walk('layer');
    const [first, second, third] = plan.convs.map(({ offset }) => offset);
    expect(stepOf('ArrowRight', places, -1)).toBe(0);
    expect(stepOf('ArrowLeft', places, 0)).toBe(0);
    expect(stepOf('ArrowRight', places, places.length - 1)).toBe(places.length - 1);
    expect(stepOf('PageDown', places, 1)).toBe(second);
    expect(stepOf('PageDown', places, second ?? 0)).toBe(third);
    expect(stepOf('PageUp', places, third ?? 0)).toBe(second);
    expect(stepOf('PageUp', places, second ?? 0)).toBe(first);
    expect(stepOf('PageUp', places, 1)).toBe(0);
    expect(stepOf('End', places, 3)).toBe(places.length - 1);
    expect(stepOf('Home', places, 3)).toBe(0);
    expect(stepOf('a', places, 3)).toBeNull();
  });

  it('finds the map under the pointer', () => {
    const places = walk('layer');
    const at = places[17];
    expect(nearestPlace(places, (at?.x ?? 0) + 0.01)?.map).toBe(17);
    expect(nearestPlace([], 5)).toBeNull();
  });

  it('says what stands there', () => {
    const cut = {
      ...{ verdict: new Uint8Array(maps.length), count: 1, spared: 0, ties: 0 },
      ...{ line: 0.9, lowest: 1 },
    };
    cut.verdict[4] = 1;
    const name = `${plan.convs[1]?.name ?? ''} · 0`;
    expect(spokenMap(plan, scored, 4, null)).toBe(`${name}: 100.0 percent`);
    expect(spokenMap(plan, scored, 4, cut)).toBe(`${name}: 100.0 percent, rank 1, pruned`);
  });
});
