import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/core/network/plan.ts';
import { stateShapes } from '../../src/core/network/stateDict.ts';
import type { HostTensor } from '../../src/formats/hostTensor.ts';
import { checkStateDict, inferArchitecture } from '../../src/formats/stateDict.ts';
import { factsOf } from '../support/facts.ts';
import { describeOracle, oracleJson, oracleTensors } from '../support/oracle.ts';
import { randomWeights, TINY_PLAN } from '../support/weights.ts';

const COUNTER: HostTensor = { dtype: 'I64', shape: [], data: BigInt64Array.of(7n) };

function spoiled(name: string, tensor: HostTensor | null): Map<string, HostTensor> {
  const tensors = new Map<string, HostTensor>(randomWeights(TINY_PLAN));
  if (tensor === null) tensors.delete(name);
  else tensors.set(name, tensor);
  return tensors;
}

function withValue(name: string, at: number, value: number): Map<string, HostTensor> {
  const tensors = randomWeights(TINY_PLAN);
  const data = tensors.get(name)?.data;
  if (data !== undefined) data[at] = value;
  return tensors;
}

describe('state dict', () => {
  it('has the 11,171,146 parameters and 6,784 statistics of PreActResNet18', () => {
    const plan = planNetwork({
      family: 'PreActResNet',
      ...{ width: 64, blocks: [2, 2, 2, 2], classes: 10 },
    });
    const counts = { parameters: 0, statistics: 0 };
    for (const [name, shape] of stateShapes(plan)) {
      const kind = name.includes('.running_') ? 'statistics' : 'parameters';
      counts[kind] += shape.reduce((n, side) => n * side, 1);
    }
    // 102 keys in PyTorch, of which 16 are the counters of batch norm.
    expect(stateShapes(plan).size).toBe(102 - 16);
    expect(counts).toEqual({ parameters: 11_171_146, statistics: 6_784 });
  });

  it('passes good weights on, without counters', () => {
    const tensors = spoiled('layer1.0.bn1.num_batches_tracked', COUNTER);
    const stateDict = checkStateDict(tensors, TINY_PLAN);
    expect([...stateDict.keys()]).toEqual([...stateShapes(TINY_PLAN).keys()]);
    expect(stateDict.get('linear.bias')?.data).toBe(tensors.get('linear.bias')?.data);
  });

  it('lists missing, wrong and unexpected tensors all at once', () => {
    const tensors = spoiled('linear.bias', null);
    tensors.delete('layer2.1.bn2.running_var');
    tensors.set('conv1.weight', { dtype: 'F32', shape: [2, 27], data: new Float32Array(54) });
    tensors.set('linear.weight', { dtype: 'U8', shape: [3, 4], data: new Uint8Array(12) });
    tensors.set('bn.weight', { dtype: 'F32', shape: [1], data: new Float32Array(1) });
    expect(factsOf(() => checkStateDict(tensors, TINY_PLAN))).toMatchObject({
      code: 'badModel',
      field: 'layer2.1.bn2.running_var',
      got:
        'missing: layer2.1.bn2.running_var, linear.bias; ' +
        'wrong: conv1.weight [2, 27], expected [2, 3, 3, 3], ' +
        'linear.weight U8, expected a float type; unexpected: bn.weight',
      expected: `the ${String(stateShapes(TINY_PLAN).size)} tensors of PreActResNet, width 2, blocks 1-2, 3 classes`,
    });
  });

  it('shortens long lists', () => {
    const facts = factsOf(() => checkStateDict(new Map(), TINY_PLAN));
    expect(facts.got).toMatch(/^missing: conv1\.weight, .* and \d+ more$/);
    expect(facts.got?.split(', ')).toHaveLength(8);
  });

  it.each([
    ['conv1.weight', 53, NaN],
    ['layer1.0.bn1.bias', 1, Infinity],
    ['layer2.0.shortcut.0.weight', 3, -Infinity],
    ['layer2.1.bn2.running_var', 2, -1e-30],
  ])('names %s[%i] = %f', (name, at, value) => {
    expect(factsOf(() => checkStateDict(withValue(name, at, value), TINY_PLAN))).toMatchObject({
      code: 'badModel',
      field: `${name}[${String(at)}]`,
      got: String(Math.fround(value)),
    });
  });

  it('allows a variance of 0 and negative values elsewhere', () => {
    expect(checkStateDict(withValue('layer1.0.bn1.running_var', 0, 0), TINY_PLAN)).toBeDefined();
    expect(checkStateDict(withValue('layer1.0.bn1.running_mean', 0, -1), TINY_PLAN)).toBeDefined();
  });
});

describe('inferred architecture', () => {
  it.each([
    { width: 2, blocks: [1, 2], classes: 3 },
    { width: 5, blocks: [2, 2, 2, 2], classes: 43 },
    { width: 1, blocks: [8], classes: 1 },
  ])('is that of the weights: %o', (sizes) => {
    const architecture = { family: 'PreActResNet', ...sizes } as const;
    expect(inferArchitecture(randomWeights(planNetwork(architecture)))).toEqual(architecture);
  });

  it.each([
    ['conv1.weight', null, 'no such tensor'],
    [
      'conv1.weight',
      { dtype: 'F32', shape: [2, 1, 3, 3], data: new Float32Array(18) },
      '[2, 1, 3, 3]',
    ],
    [
      'conv1.weight',
      { dtype: 'F32', shape: [0, 3, 3, 3], data: new Float32Array(0) },
      '[0, 3, 3, 3]',
    ],
    ['linear.weight', { dtype: 'F32', shape: [12], data: new Float32Array(12) }, '[12]'],
    ['layer1.0.conv1.weight', null, 'no such tensor'],
  ] as const)('fails on %s %s', (name, tensor, got) => {
    expect(factsOf(() => inferArchitecture(spoiled(name, tensor)))).toMatchObject({
      ...{ code: 'badModel', field: name, got },
    });
  });
});

describeOracle('a PyTorch state dict', (dir) => {
  it('fits the plan that its own names and shapes imply', () => {
    const tensors = oracleTensors(dir, 'forward/weights.safetensors');
    const config = oracleJson(dir, 'forward/config.json') as { width: number; classes: number };
    const architecture = inferArchitecture(tensors);
    expect(architecture).toMatchObject({ width: config.width, blocks: [2, 2, 2, 2] });
    expect(architecture.classes).toBe(config.classes);
    expect(tensors.size).toBe(102);
    expect(checkStateDict(tensors, planNetwork(architecture)).size).toBe(102 - 16);
  });
});
