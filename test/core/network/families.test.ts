import { describe, expect, it } from 'vitest';
import { type Architecture, describeArchitecture } from '../../../src/core/network/architecture.ts';
import { convsInScope, mapsInScope, planNetwork } from '../../../src/core/network/plan.ts';
import { pruneMask } from '../../../src/core/network/prune.ts';
import { stateShapes } from '../../../src/core/network/stateDict.ts';
import { forwardMacs } from '../../../src/core/work.ts';

const RESNET18 = {
  ...{ family: 'ResNet', width: 64, blocks: [2, 2, 2, 2], classes: 10 },
  ...{ shortcut: 'shortcut', linear: 'linear' },
} satisfies Architecture;
const WRN16 = {
  ...{ family: 'WideResNet', stem: 16, width: 16, blocks: [2, 2, 2], classes: 10 },
} satisfies Architecture;
const VGG16 = {
  ...{ family: 'VggBn', bias: true, linears: ['classifier'], hidden: [], classes: 10 },
  stages: [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ],
} satisfies Architecture;

describe.each<[Architecture, convs: number, maps: number, parameters: number, gigaMacs: number]>([
  [RESNET18, 20, 4800, 11_173_962, 0.555],
  [WRN16, 15, 560, 175_066, 0.027],
  [{ ...WRN16, width: 160, blocks: [4, 4, 4] }, 28, 10_096, 36_479_194, 5.244],
  [VGG16, 13, 4224, 14_728_266, 0.313],
])('%o', (architecture, convs, maps, parameters, gigaMacs) => {
  const plan = planNetwork(architecture);

  it(`has ${convs} convolutions, ${maps} feature maps and the parameters of the usual one`, () => {
    expect(plan.convs).toHaveLength(convs);
    expect(plan.maps).toBe(maps);
    const trained = [...stateShapes(plan)].filter(([name]) => !name.includes('.running_'));
    expect(trained.reduce((n, [, shape]) => n + shape.reduce((a, b) => a * b, 1), 0)).toBe(
      parameters,
    );
    expect(forwardMacs(plan) / 1e9).toBeCloseTo(gigaMacs, 2);
  });
});

describe('the order of execution', () => {
  const names = (architecture: Architecture): string[] =>
    planNetwork(architecture).convs.map((conv) => conv.name);

  it('puts a shortcut last in a block of a ResNet or WideResNet', () => {
    expect(names(RESNET18).slice(5, 8)).toEqual([
      ...['layer2.0.conv1', 'layer2.0.conv2', 'layer2.0.shortcut.0'],
    ]);
    expect(names(WRN16).slice(5, 8)).toEqual([
      ...['block2.layer.0.conv1', 'block2.layer.0.conv2', 'block2.layer.0.convShortcut'],
    ]);
  });

  it('counts the sequence of a VGG, pools included', () => {
    expect(names(VGG16).slice(0, 6)).toEqual([0, 3, 7, 10, 14, 17].map((n) => `features.${n}`));
  });
});

describe('scopes', () => {
  it('leave out what feeds a residual sum, or is a shortcut', () => {
    const resNet = planNetwork(RESNET18);
    expect(convsInScope(resNet, 'inner').every((conv) => conv.name.endsWith('.conv1'))).toBe(true);
    expect(convsInScope(resNet, 'inner')).toHaveLength(8);
    expect(mapsInScope(resNet, 'main')).toHaveLength(3904);
    const vgg = planNetwork(VGG16);
    expect(mapsInScope(vgg, 'inner')).toHaveLength(vgg.maps);
  });
});

describe('the tensors of a pruned map', () => {
  /** What is masked for the first map of each named convolution. */
  const masked = (architecture: Architecture, name: string): string[] => {
    const plan = planNetwork(architecture);
    const offset = plan.convs.find((conv) => conv.name === name)?.offset ?? NaN;
    return [...pruneMask(plan, [offset]).keys()];
  };

  it.each<[Architecture, conv: string, others: string[]]>([
    [RESNET18, 'conv1', ['bn1.weight', 'bn1.bias']],
    [RESNET18, 'layer1.0.conv1', ['layer1.0.bn1.weight', 'layer1.0.bn1.bias']],
    [RESNET18, 'layer1.0.conv2', ['layer1.0.bn2.weight', 'layer1.0.bn2.bias']],
    [RESNET18, 'layer2.0.shortcut.0', ['layer2.0.shortcut.1.weight', 'layer2.0.shortcut.1.bias']],
    [WRN16, 'conv1', []],
    [{ ...WRN16, width: 32 }, 'conv1', ['block1.layer.0.bn1.weight', 'block1.layer.0.bn1.bias']],
    [WRN16, 'block1.layer.0.conv1', ['block1.layer.0.bn2.weight', 'block1.layer.0.bn2.bias']],
    [WRN16, 'block1.layer.0.conv2', []],
    [WRN16, 'block2.layer.0.convShortcut', []],
    [VGG16, 'features.0', ['features.0.bias', 'features.1.weight', 'features.1.bias']],
    [{ ...VGG16, bias: false }, 'features.40', ['features.41.weight', 'features.41.bias']],
  ])('%o: %s', (architecture, name, others) => {
    expect(masked(architecture, name)).toEqual([`${name}.weight`, ...others]);
  });
});

describe('a plan', () => {
  it.each<[field: string, Architecture]>([
    ['stem', { ...WRN16, stem: 0 }],
    ['stages', { ...VGG16, stages: [] }],
    ['stages', { ...VGG16, stages: [[1], [1], [1], [1], [1], [1]] }],
    ['stages[1].length', { ...VGG16, stages: [[1], []] }],
    ['stages[0][1]', { ...VGG16, stages: [[1, 0.5]] }],
    ['hidden[0]', { ...VGG16, hidden: [0] }],
    ['linears', { ...VGG16, hidden: [4] }],
  ])('refuses a wrong %s', (field, architecture) => {
    expect(() => planNetwork(architecture)).toThrow(RangeError);
    expect(() => planNetwork(architecture)).toThrow(`${field}: `);
  });

  it('is described in a line', () => {
    expect(
      [RESNET18, WRN16, { ...VGG16, stages: [[8], [16, 16]] }].map(describeArchitecture),
    ).toEqual([
      'ResNet, width 64, blocks 2-2-2-2, 10 classes',
      'WideResNet, width 16, blocks 2-2-2, 10 classes',
      'VggBn, channels 8 | 16-16, 10 classes',
    ]);
  });
});
