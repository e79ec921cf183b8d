import { describe, expect, it } from 'vitest';
import { mapsInScope } from '../../src/core/network/plan.ts';
import { findMap } from '../../src/store/findMap.ts';
import { mapName } from '../../src/ui/text/mapText.ts';
import { fakeLoaded } from '../support/fakeModel.ts';

const { plan } = fakeLoaded();
const ALL = Int32Array.from(mapsInScope(plan, 'all'));
const INNER = Int32Array.from(mapsInScope(plan, 'inner'));

/** The name of the map that is found, or what is wrong. */
function found(text: string, layer: number | null = null, maps = ALL): string {
  const answer = findMap(plan, maps, text, layer);
  return 'map' in answer ? mapName(plan, answer.map) : answer.wrong;
}

describe('findMap', () => {
  it.each(['17', ' map 17', 'Feature map 17', 'map #17'])('takes the number in %j', (text) => {
    expect(findMap(plan, ALL, text, null)).toEqual({ map: 17 });
  });

  it('finds every map by the name that the page writes', () => {
    for (const map of ALL) expect(findMap(plan, ALL, mapName(plan, map), null)).toEqual({ map });
  });

  it.each(['layer2.0.conv1 12', 'LAYER2.0.CONV1:12', 'layer2.0.conv1[12]', 'layer2.0.conv1/12'])(
    'takes layer and number in %j',
    (text) => {
      expect(found(text)).toBe('layer2.0.conv1 · 12');
    },
  );

  it('counts within the layer that is on show alone', () => {
    const conv = plan.convs.find(({ name }) => name === 'layer2.0.conv1');
    expect(found('3', conv?.order ?? null)).toBe('layer2.0.conv1 · 3');
    expect(found('map 3', conv?.order ?? null)).toBe('conv1 · 3');
  });

  it('says what is valid', () => {
    expect(found('99999')).toBe('This network has maps 0 to 1199; there is no 99999.');
    expect(found('layer2.0.conv1 99')).toBe('layer2.0.conv1 has maps 0 to 31; there is no 99.');
    expect(found('layer9 3')).toContain('no layer “layer9”. Type 0 to 1199, or');
    expect(found('sticker')).toContain('“sticker” is no feature map.');
    expect(found('conv1')).toBe('conv1 has maps 0 to 15: which?');
    expect(found('layer1.0.conv1')).toContain('which?');
    expect(found('3', null, INNER)).toBe(
      'conv1 · 3 is no candidate of this sweep, so it has no score.',
    );
  });
});
