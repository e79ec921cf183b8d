import { describe, expect, it } from 'vitest';
import {
  convsInScope,
  locateMap,
  mapsInScope,
  planNetwork,
  type ConvSpec,
} from '../../src/core/network/plan.ts';
import golden from '../golden/golden.json' with { type: 'json' };
import { describeOracle, oracleJson } from '../support/oracle.ts';

const full = planNetwork({
  family: 'PreActResNet',
  ...{ width: 64, blocks: [2, 2, 2, 2], classes: 10 },
});

const facts = (conv: ConvSpec): object => {
  const { name, outChannels: channels, inChannels, offset, outSize, stride, kernel } = conv;
  return { name, channels, inChannels, offset, outSize, stride, kernel };
};

describe('plan of PreActResNet18', () => {
  it('has 20 convolutions and 4,800 feature maps at the offsets of the execution order', () => {
    expect(full.maps).toBe(4800);
    // Cumulative channels: stem, layer1 (4), then per stage shortcut, conv1, conv2, conv1, conv2.
    expect(full.convs.map((conv) => conv.offset)).toEqual([
      ...[0, 64, 128, 192, 256, 320, 448, 576, 704, 832, 960],
      ...[1216, 1472, 1728, 1984, 2240, 2752, 3264, 3776, 4288],
    ]);
    expect(full.head).toEqual([{ name: 'linear', inputs: 512, outputs: 10 }]);
  });

  it('has 3,904 maps without shortcuts, in 17 convolutions', () => {
    expect(convsInScope(full, 'main')).toHaveLength(17);
    expect(mapsInScope(full, 'main')).toHaveLength(3904);
  });

  it('counts as inner the first convolution of each of the 8 blocks', () => {
    expect(convsInScope(full, 'inner').map((conv) => conv.name)).toEqual(
      [1, 2, 3, 4].flatMap((s) => [0, 1].map((b) => `layer${String(s)}.${String(b)}.conv1`)),
    );
    expect(mapsInScope(full, 'inner')).toHaveLength(2 * (64 + 128 + 256 + 512));
  });

  it('numbers all maps 0 to 4,799, each found again in its convolution', () => {
    const maps = mapsInScope(full, 'all');
    expect(maps).toEqual(Array.from({ length: 4800 }, (_, i) => i));
    const wrong = maps.filter((map) => {
      const { conv, channel } = locateMap(full, map);
      return conv.offset + channel !== map || channel < 0 || channel >= conv.outChannels;
    });
    expect(wrong).toEqual([]);
  });

  it.each([-1, 4800, 0.5, NaN])('has no map %d', (index) => {
    expect(() => locateMap(full, index)).toThrow(RangeError);
  });
});

describe('plan of other sizes', () => {
  it('puts a shortcut where the shape changes and nowhere else', () => {
    const plan = planNetwork({ family: 'PreActResNet', width: 4, blocks: [1, 3], classes: 2 });
    expect(plan.convs.map((conv) => [conv.name, conv.stride])).toEqual([
      ['conv1', 1],
      ['layer1.0.conv1', 1],
      ['layer1.0.conv2', 1],
      ['layer2.0.shortcut.0', 2],
      ['layer2.0.conv1', 2],
      ...[0, 1, 2].flatMap((b) => [
        ...(b === 0 ? [] : [[`layer2.${String(b)}.conv1`, 1]]),
        [`layer2.${String(b)}.conv2`, 1],
      ]),
    ]);
    expect(plan.head).toEqual([{ name: 'linear', inputs: 8, outputs: 2 }]);
  });

  it.each([
    ['width', { width: 0 }],
    ['classes', { classes: 1.5 }],
    ['blocks[1]', { blocks: [1, -2] }],
  ])('refuses a wrong %s', (field, change) => {
    const architecture = { family: 'PreActResNet', width: 4, blocks: [1], classes: 2 } as const;
    const plan = (): unknown => planNetwork({ ...architecture, ...change });
    expect(plan).toThrow(RangeError);
    expect(plan).toThrow(field);
  });

  it('has the convolutions that PyTorch runs, in its order', () => {
    const { width, classes, convs } = golden.network;
    const plan = planNetwork({ family: 'PreActResNet', width, classes, blocks: [2, 2, 2, 2] });
    expect(plan.convs.map(facts)).toEqual(convs);
  });
});

interface Config {
  readonly width: number;
  readonly classes: number;
  readonly total_feature_maps: number;
  readonly total_without_shortcuts: number;
  readonly execution_order: readonly {
    readonly name: string;
    readonly channels: number;
    readonly in_channels: number;
    readonly offset: number;
    readonly spatial: number;
    readonly stride: number;
    readonly kernel: number;
  }[];
}

describeOracle('plan of the PyTorch network', (dir) => {
  it('agrees in names, order, offsets, sizes and strides', () => {
    const config = oracleJson(dir, 'forward/config.json') as Config;
    const { width, classes } = config;
    const plan = planNetwork({ family: 'PreActResNet', width, classes, blocks: [2, 2, 2, 2] });
    expect(plan.maps).toBe(config.total_feature_maps);
    expect(mapsInScope(plan, 'main')).toHaveLength(config.total_without_shortcuts);
    expect(plan.convs.map(facts)).toEqual(
      config.execution_order.map((conv) => ({
        ...{ name: conv.name, channels: conv.channels, inChannels: conv.in_channels },
        ...{ offset: conv.offset, outSize: conv.spatial, stride: conv.stride },
        kernel: conv.kernel,
      })),
    );
  });
});
