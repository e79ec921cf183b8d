import { describe, expect, it } from 'vitest';
import { pruneMask } from '../../src/core/network/prune.ts';
import { presetSpec } from '../../src/core/presets.ts';
import { channelMask, writeWeights } from '../../src/formats/channelMask.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { maskedMaps, readMask } from '../support/channelMask.ts';
import { randomWeights, TINY_PLAN } from '../support/weights.ts';

const MAPS = [0, 3, TINY_PLAN.maps - 1];
const mask = channelMask(TINY_PLAN, [3, 0, TINY_PLAN.maps - 1, 3]);

describe('a channel mask', () => {
  it('survives JSON and gives the same maps', () => {
    const read = readMask(JSON.stringify(mask));
    expect(read).toEqual(mask);
    expect(maskedMaps(read, TINY_PLAN)).toEqual(MAPS);
    const settings = presetSpec('lab', 'signs-badnets');
    const told = channelMask(TINY_PLAN, MAPS, settings);
    expect(readMask(JSON.stringify(told)).settings).toEqual(settings);
  });

  it('zeroes what pruning zeroes', () => {
    const zeroed = new Map(
      Array.from(pruneMask(TINY_PLAN, MAPS), ([name, set]) => [name, [...set]] as const),
    );
    expect(new Map(Object.entries(mask.zeroed))).toEqual(zeroed);
    expect(Object.values(mask.pruned).flat()).toHaveLength(MAPS.length);
  });
});

it('weights are written under the names they have', () => {
  const weights = randomWeights(TINY_PLAN);
  expect(new Map([...readSafetensors(writeWeights(weights))].sort())).toEqual(
    new Map([...weights].sort()),
  );
});
