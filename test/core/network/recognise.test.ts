import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FmpError } from '../../../src/core/errors.ts';
import { type Architecture, FAMILIES } from '../../../src/core/network/architecture.ts';
import { planNetwork } from '../../../src/core/network/plan.ts';
import { recogniseArchitecture } from '../../../src/core/network/recognise.ts';
import { stateShapes } from '../../../src/core/network/stateDict.ts';
import { factsOf } from '../../support/facts.ts';
import { describeOracle, oracleTensors } from '../../support/oracle.ts';

type Shapes = Map<string, { readonly shape: readonly number[] }>;

function shapesOf(architecture: Architecture): Shapes {
  const shapes = stateShapes(planNetwork(architecture));
  return new Map([...shapes].map(([name, shape]) => [name, { shape }]));
}

const width = fc.integer({ min: 1, max: 70 });
const sizes = {
  width,
  blocks: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  classes: fc.integer({ min: 1, max: 100 }),
};
const architectures: fc.Arbitrary<Architecture> = fc.oneof(
  fc.record({ family: fc.constant('PreActResNet' as const), ...sizes }),
  fc
    .record({
      ...{ family: fc.constant('ResNet' as const), ...sizes },
      shortcut: fc.constantFrom('shortcut' as const, 'downsample' as const),
      linear: fc.constantFrom('linear' as const, 'fc' as const),
    })
    // With one stage there is no shortcut to be named.
    .map((a) => (a.blocks.length === 1 ? { ...a, shortcut: 'shortcut' as const } : a)),
  fc.record({
    ...{ family: fc.constant('WideResNet' as const), ...sizes, stem: width },
    blocks: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 3 }),
  }),
  fc
    .record({
      stages: fc.array(fc.array(width, { minLength: 1, maxLength: 4 }), {
        ...{ minLength: 1, maxLength: 5 },
      }),
      bias: fc.boolean(),
      hidden: fc.array(width, { maxLength: 2 }),
      gap: fc.integer({ min: 2, max: 3 }),
      classes: sizes.classes,
    })
    .map(({ hidden, gap, ...rest }) => ({
      ...{ family: 'VggBn' as const, ...rest, hidden },
      linears:
        hidden.length === 0
          ? ['classifier']
          : Array.from({ length: hidden.length + 1 }, (_, i) => `classifier.${1 + gap * i}`),
    })),
);

describe('the recognised architecture', () => {
  it('is the one that the names and shapes come from', () => {
    fc.assert(
      fc.property(architectures, (architecture) => {
        expect(recogniseArchitecture(shapesOf(architecture))).toEqual(architecture);
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order of the tensors or on counters', () => {
    fc.assert(
      fc.property(architectures, (architecture) => {
        const tensors = new Map([...shapesOf(architecture)].reverse());
        tensors.set('bn1.num_batches_tracked', { shape: [] });
        expect(recogniseArchitecture(tensors)).toEqual(architecture);
      }),
      { numRuns: 50 },
    );
  });

  it('can be planned, or an FmpError says why there is none', () => {
    const name = fc.constantFrom(
      ...['conv1.weight', 'bn1.weight', 'linear.weight', 'fc.weight', 'classifier.weight'],
      ...['layer1.0.conv1.weight', 'layer1.0.conv3.weight', 'block1.layer.0.conv1.weight'],
      ...[
        'features.0.weight',
        'features.1.running_mean',
        'features.3.weight',
        'classifier.1.weight',
      ],
    );
    const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, shape)), (entries) => {
        const tensors = new Map(entries.map(([key, sides]) => [key, { shape: sides }]));
        const maps: number[] = [];
        const facts = factsOf(() => {
          maps.push(planNetwork(recogniseArchitecture(tensors)).maps);
          throw new FmpError('recognised', { code: 'internal' });
        });
        expect(facts.code).toBe(maps.length === 0 ? 'badModel' : 'internal');
      }),
      { numRuns: 300 },
    );
  });
});

const CIFAR_RESNET18: Architecture = {
  ...{ family: 'ResNet', width: 64, blocks: [2, 2, 2, 2], classes: 10 },
  ...{ shortcut: 'shortcut', linear: 'linear' },
};
const VGG16 = {
  ...{ family: 'VggBn', bias: true, linears: ['classifier.0'], hidden: [], classes: 10 },
  stages: [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ],
} satisfies Architecture;

/** A state dict with some tensors changed, added or (null) taken away. */
function changed(
  architecture: Architecture,
  changes: Readonly<Record<string, readonly number[] | null>>,
): Shapes {
  const tensors = shapesOf(architecture);
  for (const [name, shape] of Object.entries(changes)) {
    if (shape === null) tensors.delete(name);
    else tensors.set(name, { shape });
  }
  return tensors;
}

describe('what is not recognised', () => {
  it.each<[string, Shapes, field: string, expected: RegExp]>([
    [
      'a ResNet with a 7×7 stem',
      changed(CIFAR_RESNET18, { 'conv1.weight': [64, 3, 7, 7] }),
      'conv1.weight',
      /\[width, 3, 3, 3\]/,
    ],
    [
      'a bottleneck ResNet',
      changed(CIFAR_RESNET18, { 'layer1.0.conv3.weight': [256, 64, 1, 1] }),
      'layer1.0.conv3.weight',
      /bottleneck/,
    ],
    [
      'a ResNet without its last layer',
      changed(CIFAR_RESNET18, { 'linear.weight': null }),
      'linear.weight',
      /\[outputs, inputs\]/,
    ],
    [
      'a VGG of four pools with a 7×7 pool behind them',
      changed(
        { ...VGG16, stages: VGG16.stages.slice(0, 4) },
        { 'classifier.0.weight': [10, 25088] },
      ),
      'classifier.0.weight',
      /\[outputs, 512\]/,
    ],
    [
      'a VGG without batch norm',
      changed(VGG16, { 'features.1.running_mean': null }),
      'features.1.running_mean',
      /batch norm/,
    ],
    [
      'a VGG without its classifier',
      changed(VGG16, { 'classifier.0.weight': null }),
      'classifier.weight',
      /linear layer/,
    ],
    [
      'linear layers with no room for a ReLU',
      changed(VGG16, { 'classifier.1.weight': [10, 10] }),
      'classifier.1.weight',
      /ReLU/,
    ],
    [
      'a VGG with six pools',
      changed(VGG16, {
        ...{ 'features.44.weight': [8, 512, 3, 3], 'features.45.running_mean': [8] },
      }),
      'features.44.weight',
      /at most 5 pools/,
    ],
  ])('%s: says what was found and what is known', (_, tensors, field, expected) => {
    const facts = factsOf(() => recogniseArchitecture(tensors));
    expect(facts).toMatchObject({ code: 'badModel', field });
    expect(facts.expected).toMatch(expected);
    for (const known of Object.values(FAMILIES)) expect(facts.expected).toContain(known);
    expect(facts.got).toMatch(
      /found (conv1|features\.0)\.weight \[64, 3, \d, \d\], .* and \d+ more$/,
    );
  });

  it('something else: lists the first tensors and all families', () => {
    const tensors = new Map([
      ['patch_embed.proj.weight', { shape: [192, 3, 4, 4] }],
      ['blocks.0.attn.qkv.weight', { shape: [576, 192] }],
    ]);
    const facts = factsOf(() => recogniseArchitecture(tensors));
    expect(facts.got).toBe(
      'patch_embed.proj.weight [192, 3, 4, 4], blocks.0.attn.qkv.weight [576, 192]',
    );
    for (const known of Object.values(FAMILIES)) expect(facts.expected).toContain(known);
  });

  it('nothing at all', () => {
    expect(factsOf(() => recogniseArchitecture(new Map())).got).toBe('no tensors');
  });
});

describeOracle('a PyTorch state dict', (dir) => {
  it('is that of a PreActResNet', () => {
    const tensors = oracleTensors(dir, 'forward/weights.safetensors');
    expect(recogniseArchitecture(tensors)).toMatchObject({
      ...{ family: 'PreActResNet', blocks: [2, 2, 2, 2] },
    });
  });
});
