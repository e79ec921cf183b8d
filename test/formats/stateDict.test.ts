import { describe, expect, it } from 'vitest';
import { describeArchitecture } from '../../src/core/network/architecture.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { recogniseArchitecture } from '../../src/core/network/recognise.ts';
import { normParameters, stateShapes } from '../../src/core/network/stateDict.ts';
import type { HostTensor } from '../../src/formats/hostTensor.ts';
import { checkStateDict } from '../../src/formats/stateDict.ts';
import { OTHER_PLANS } from '../core/network/tiny.ts';
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

describe.each([TINY_PLAN, ...OTHER_PLANS])('of $architecture.family', (plan) => {
  const names = [...stateShapes(plan).keys()];
  const [weight, variance] = [
    names[0] ?? '',
    names.findLast((n) => n.endsWith('running_var')) ?? '',
  ];
  const shape = stateShapes(plan).get(weight) ?? [];

  it('passes', () => {
    const tensors = new Map<string, HostTensor>(randomWeights(plan));
    for (const name of names.filter((n) => n.endsWith('running_var')))
      tensors.set(name.replace('running_var', 'num_batches_tracked'), COUNTER);
    expect([...checkStateDict(tensors, plan).keys()]).toEqual(names);
  });

  it('has gamma and beta wherever there are running statistics', () => {
    const norms = names.flatMap((name) => /^(.*)\.running_mean$/.exec(name)?.[1] ?? []);
    const expected = norms.flatMap((name) => [`${name}.weight`, `${name}.bias`]);
    expect([...normParameters(plan)].sort()).toEqual(expected.sort());
  });

  it('names whatever is missing', () => {
    for (const name of names) {
      const tensors = new Map(randomWeights(plan));
      tensors.delete(name);
      const facts = factsOf(() => checkStateDict(tensors, plan));
      expect(facts).toMatchObject({ code: 'badModel', field: name, got: `missing: ${name}` });
    }
  });

  it.each<[what: string, change: (tensors: Map<string, HostTensor>) => void, got: string]>([
    [
      'an extra tensor',
      (tensors) => tensors.set('extra', { dtype: 'F32', shape: [1], data: new Float32Array(1) }),
      'unexpected: extra',
    ],
    [
      'a wrong shape',
      (tensors) => tensors.set(weight, { dtype: 'F32', shape: [1], data: new Float32Array(1) }),
      `wrong: ${weight} [1], expected [${shape.join(', ')}]`,
    ],
  ])('refuses %s', (_, change, got) => {
    const tensors = new Map<string, HostTensor>(randomWeights(plan));
    change(tensors);
    const facts = factsOf(() => checkStateDict(tensors, plan));
    expect(facts.got).toBe(got);
    expect(facts.expected).toContain(describeArchitecture(plan.architecture));
  });

  it('refuses NaN and a negative variance', () => {
    for (const [name, value] of [
      [weight, NaN],
      [variance, -1],
    ] as const) {
      const tensors = randomWeights(plan);
      const data = tensors.get(name)?.data ?? new Float32Array(0);
      data[data.length - 1] = value;
      const facts = factsOf(() => checkStateDict(tensors, plan));
      expect(facts.field).toBe(`${name}[${String(data.length - 1)}]`);
    }
  });
});

describeOracle('a PyTorch state dict', (dir) => {
  it('fits the plan that its own names and shapes imply', () => {
    const tensors = oracleTensors(dir, 'forward/weights.safetensors');
    const config = oracleJson(dir, 'forward/config.json') as { width: number; classes: number };
    const architecture = recogniseArchitecture(tensors);
    const { width, classes } = config;
    expect(architecture).toMatchObject({ width, blocks: [2, 2, 2, 2], classes });
    expect(tensors.size).toBe(102);
    expect(checkStateDict(tensors, planNetwork(architecture)).size).toBe(102 - 16);
  });
});
