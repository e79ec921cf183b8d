import { describe, expect, it } from 'vitest';
import { pruneMask } from '../../src/core/network/prune.ts';
import { presetSpec } from '../../src/core/presets.ts';
import {
  channelMask,
  maskedMaps,
  parseChannelMask,
  writeWeights,
} from '../../src/formats/channelMask.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { factsOf } from '../support/facts.ts';
import { randomWeights, TINY_PLAN } from '../support/weights.ts';

const MAPS = [0, 3, TINY_PLAN.maps - 1];
const mask = channelMask(TINY_PLAN, [3, 0, TINY_PLAN.maps - 1, 3]);

describe('a channel mask', () => {
  it('survives JSON and gives the same maps', () => {
    const read = parseChannelMask(JSON.parse(JSON.stringify(mask)));
    expect(read).toEqual(mask);
    expect(maskedMaps(read, TINY_PLAN)).toEqual(MAPS);
    const settings = presetSpec('lab', 'signs-badnets');
    const told = channelMask(TINY_PLAN, MAPS, settings);
    expect(parseChannelMask(JSON.parse(JSON.stringify(told))).settings).toEqual(settings);
  });

  it('zeroes what pruning zeroes', () => {
    const zeroed = new Map(
      Array.from(pruneMask(TINY_PLAN, MAPS), ([name, set]) => [name, [...set]] as const),
    );
    expect(new Map(Object.entries(mask.zeroed))).toEqual(zeroed);
    expect(Object.values(mask.pruned).flat()).toHaveLength(MAPS.length);
  });

  it.each([
    ['another schema', { ...mask, schema: 2 }, 'schema'],
    ['a negative channel', { ...mask, pruned: { conv1: [-1] } }, 'pruned.conv1.0'],
    ['no mask', null, 'channel mask'],
  ])('is refused with %s', (_, value, field) => {
    expect(factsOf(() => parseChannelMask(value))).toMatchObject({ code: 'badModel', field });
  });

  it.each([
    ['another network', { ...mask, maps: 9999 }, 'architecture'],
    ['a convolution that is not there', { ...mask, pruned: { conv9: [0] } }, 'pruned'],
    ['a channel that is not there', { ...mask, pruned: { conv1: [2] } }, 'pruned.conv1'],
  ])('of %s is refused', (_, other, field) => {
    expect(factsOf(() => maskedMaps(other, TINY_PLAN))).toMatchObject({ code: 'badModel', field });
  });
});

it('weights are written under the names they have', () => {
  const weights = randomWeights(TINY_PLAN);
  expect(new Map([...readSafetensors(writeWeights(weights))].sort())).toEqual(
    new Map([...weights].sort()),
  );
});
