import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IMAGE_VALUES } from '../../src/core/attacks/attack.ts';
import type { Manifest } from '../../src/formats/manifest.ts';
import { extraFiles, openModel } from '../../src/formats/modelFolder.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { sha256 } from '../../src/formats/sha256.ts';
import { factsOfAsync } from '../support/facts.ts';
import { BLENDED_SPEC, MANIFEST } from '../support/manifest.ts';
import { randomWeights, TINY_PLAN } from '../support/weights.ts';

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const patternFile = (shape: readonly number[]): Uint8Array =>
  writeSafetensors(
    new Map([['pattern', { dtype: 'U8', shape, data: new Uint8Array(IMAGE_VALUES).fill(9) }]]),
  );

const WEIGHTS = writeSafetensors(randomWeights(TINY_PLAN));
const PATTERN = patternFile([32, 32, 3]);
const BADNETS: Manifest = {
  ...MANIFEST,
  weights: { ...MANIFEST.weights, bytes: WEIGHTS.length, sha256: hash(WEIGHTS) },
};
const blended = (pattern: Partial<typeof BLENDED_SPEC.pattern>): Manifest => ({
  ...BADNETS,
  attack: {
    ...BLENDED_SPEC,
    pattern: { ...BLENDED_SPEC.pattern, sha256: hash(PATTERN), ...pattern },
  },
});
const EXTRAS = new Map([['pattern.safetensors', PATTERN]]);
const NONE = new Map<string, Uint8Array>();

describe('model folder', () => {
  it('hashes as FIPS 180-2 says', async () => {
    expect(await sha256(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('opens a BadNets model', async () => {
    const model = await openModel({ manifest: BADNETS, weights: WEIGHTS, extras: NONE });
    expect(model.manifest).toEqual(BADNETS);
    expect(model.plan.maps).toBe(TINY_PLAN.maps);
    expect(model.stateDict.get('linear.bias')).toEqual({
      shape: [3],
      data: randomWeights(TINY_PLAN).get('linear.bias')?.data,
    });
    expect(model.attack).toMatchObject({ id: 'badnets', target: 1 });
  });

  it('opens a Blended model with its pattern', async () => {
    const manifest = blended({});
    expect(extraFiles(manifest)).toEqual(['pattern.safetensors']);
    const { attack } = await openModel({ manifest, weights: WEIGHTS, extras: EXTRAS });
    // trunc(0.8 · 100 + 0.2 · 9)
    expect(attack?.apply(new Uint8Array(IMAGE_VALUES).fill(100))[0]).toBe(81);
  });

  it('opens a clean model', async () => {
    const manifest = { ...BADNETS, attack: null };
    expect(extraFiles(manifest)).toEqual([]);
    expect((await openModel({ manifest, weights: WEIGHTS, extras: NONE })).attack).toBeNull();
  });

  const lie = 'f'.repeat(64);
  const sideways = patternFile([3, 32, 32]);
  it.each<[string, Manifest, Uint8Array, ReadonlyMap<string, Uint8Array>, object]>([
    [
      ...(['a wrong size', BADNETS, WEIGHTS.subarray(8), NONE] as const),
      { field: 'weights.bytes', expected: `${String(WEIGHTS.length)} bytes` },
    ],
    [
      ...(['other weights', BADNETS, new Uint8Array(WEIGHTS.length), NONE] as const),
      {
        ...{ field: 'weights.sha256', expected: hash(WEIGHTS) },
        got: hash(new Uint8Array(WEIGHTS.length)),
      },
    ],
    [
      'a lie about the weights',
      { ...BADNETS, weights: { ...BADNETS.weights, sha256: lie } },
      ...([WEIGHTS, NONE] as const),
      { field: 'weights.sha256', expected: lie, got: hash(WEIGHTS) },
    ],
    [
      'a lie about the network',
      { ...BADNETS, architecture: { ...BADNETS.architecture, width: 3 } },
      ...([WEIGHTS, NONE] as const),
      { field: 'conv1.weight' },
    ],
    [
      ...(['no pattern', blended({}), WEIGHTS, NONE] as const),
      { field: 'attack.pattern.file', expected: 'pattern.safetensors' },
    ],
    [
      ...(['a lie about the pattern', blended({ sha256: lie }), WEIGHTS, EXTRAS] as const),
      { field: 'attack.pattern.sha256', expected: lie, got: hash(PATTERN) },
    ],
    [
      ...(['no such tensor', blended({ tensor: 'key' }), WEIGHTS, EXTRAS] as const),
      { field: 'attack.pattern.tensor', got: 'no such tensor' },
    ],
    [
      ...(['planes', blended({ sha256: hash(sideways) }), WEIGHTS] as const),
      new Map([['pattern.safetensors', sideways]]),
      { field: 'attack.pattern.tensor', got: 'U8 [3, 32, 32]' },
    ],
  ])('refuses %s', async (_, manifest, weights, extras, facts) => {
    const found = await factsOfAsync(() => openModel({ manifest, weights, extras }));
    expect(found).toMatchObject({ code: 'badModel', ...facts });
    expect(found.got).toBeTruthy();
    expect(found.remedy).toBeTruthy();
  });
});
