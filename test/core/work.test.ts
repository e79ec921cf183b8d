import { expect, it } from 'vitest';
import { locateMap, planNetwork } from '../../src/core/network/plan.ts';
import { convMacs, forwardMacs, frgFlops } from '../../src/core/work.ts';

const full = planNetwork({
  family: 'PreActResNet',
  ...{ width: 64, blocks: [2, 2, 2, 2], classes: 10 },
});
/** Stem 3→2, one block 2→2 with no shortcut, one block 2→4 at stride 2 with one. */
const tiny = planNetwork({ family: 'PreActResNet', width: 2, blocks: [1, 1], classes: 3 });

const STEM = 3 * 2 * 9 * 1024;
const INNER = 2 * 2 * 9 * 1024;
const SHORTCUT = 2 * 4 * 256;
const CONV1 = 2 * 4 * 9 * 256;
const CONV2 = 4 * 4 * 9 * 256;
const FORWARD = STEM + 2 * INNER + SHORTCUT + CONV1 + CONV2 + 4 * 3;

it('counts PreActResNet18 on 32×32 images as about 0.56 billion multiply-adds', () => {
  expect(forwardMacs(full) / 1e9).toBeCloseTo(0.555, 2);
});

it('counts each convolution once', () => {
  expect(tiny.convs.map(convMacs)).toEqual([STEM, INNER, INNER, SHORTCUT, CONV1, CONV2]);
  expect(forwardMacs(tiny)).toBe(FORWARD);
});

it('counts of FRG one backward pass per step, forward passes between, and one evaluation', () => {
  const [stem, last] = [0, tiny.maps - 1];
  // The stem depends on nothing; its one channel costs a share of it.
  expect(frgFlops(tiny, [stem], 1, 1)).toBe(2 * (STEM / 2 + FORWARD));
  // The last conv2 depends on all but the shortcut beside it.
  const below = STEM + 2 * INNER + CONV1 + CONV2 / 4;
  expect(frgFlops(tiny, [last], 1, 1)).toBe(2 * (below + FORWARD));
  expect(frgFlops(tiny, [last], 1, 5)).toBe(2 * (9 * below + FORWARD));
});

it('grows with the images and adds up over the maps', () => {
  const maps = Array.from({ length: tiny.maps }, (_, map) => map);
  const one = maps.map((map) => frgFlops(tiny, [map], 4, 2)).reduce((a, b) => a + b, 0);
  expect(frgFlops(tiny, maps, 4, 2)).toBe(one);
  expect(frgFlops(tiny, maps, 12, 2)).toBe(3 * one);
  expect(frgFlops(tiny, [], 4, 2)).toBe(0);
  expect(locateMap(tiny, tiny.maps - 1).conv.role).toBe('residual');
});
