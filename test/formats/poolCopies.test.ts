import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/core/network/plan.ts';
import { writeWeights } from '../../src/formats/channelMask.ts';
import { openCheckpoint } from '../../src/formats/checkpoint/open.ts';
import { spreadCopies } from '../../src/formats/poolCopies.ts';
import { factsOf } from '../support/facts.ts';
import { randomWeights } from '../support/weights.ts';

const plan = planNetwork({
  ...{ family: 'VggBn', stages: [[2], [2], [3], [2], [4]], bias: true, copies: 49, classes: 3 },
  ...{ linears: ['classifier.0', 'classifier.3'], hidden: [5] },
});
const NAME = 'classifier.0.weight';

describe('a VGG behind torchvision’s 7×7 pool', () => {
  const weights = randomWeights(plan);

  it('is recognised, its 49 columns a channel added up', () => {
    const file = new Map(spreadCopies(weights, plan.architecture));
    const stored = file.get(NAME);
    expect(stored?.shape).toEqual([5, 4 * 49]);
    // Copies need not be alike: what one has more another has less.
    const data = Float32Array.from(stored?.data ?? []);
    for (let i = 0; i < data.length; i += 49) {
      data[i] = (data[i] ?? 0) + 1;
      data[i + 48] = (data[i + 48] ?? 0) - 1;
    }
    file.set(NAME, { shape: [5, 4 * 49], data });
    const read = openCheckpoint(writeWeights(file), 'vgg.safetensors');
    expect(read.plan.architecture).toEqual(plan.architecture);
    expect(read.stateDict.get(NAME)?.shape).toEqual([5, 4]);
    const wanted = weights.get(NAME)?.data ?? [];
    read.stateDict.get(NAME)?.data.forEach((sum, i) => {
      expect(sum).toBeCloseTo(wanted[i] ?? NaN, 5);
    });
  });

  it('refuses sums that are too large for a float32', () => {
    const file = new Map(spreadCopies(weights, plan.architecture));
    file.set(NAME, { shape: [5, 4 * 49], data: new Float32Array(5 * 4 * 49).fill(3e38) });
    expect(factsOf(() => openCheckpoint(writeWeights(file), 'vgg.safetensors'))).toMatchObject({
      ...{ code: 'badModel', field: `${NAME}[0]`, got: 'Infinity' },
    });
  });

  it('leaves every other network as it is', () => {
    const other = planNetwork({ family: 'PreActResNet', width: 2, blocks: [1], classes: 2 });
    const theirs = randomWeights(other);
    expect(spreadCopies(theirs, other.architecture)).toBe(theirs);
  });
});
