import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IMAGE_VALUES } from '../../src/core/attacks/attack.ts';
import type { AttackSpec } from '../../src/formats/attackSpec.ts';
import type { Manifest } from '../../src/formats/manifest.ts';
import { extraFiles, openModel } from '../../src/formats/modelFolder.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { sha256 } from '../../src/formats/sha256.ts';
import { ssbaWeights } from '../core/attacks/ssbaWeights.ts';
import { factsOfAsync } from '../support/facts.ts';
import { ATTACK_SPECS, BLENDED_SPEC, MANIFEST } from '../support/manifest.ts';
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
const PLACE = { file: 'pattern.safetensors', tensor: 'pattern' };
const withAttack = (attack: AttackSpec): Manifest => ({ ...BADNETS, attack });
const specOf = <K extends AttackSpec['kind']>(kind: K): Extract<AttackSpec, { kind: K }> => {
  const found = ATTACK_SPECS.find((spec) => isOf(spec, kind));
  if (found === undefined || !isOf(found, kind)) throw new Error(`no ${kind} among the examples`);
  return found;
};
const isOf = <K extends AttackSpec['kind']>(
  spec: AttackSpec,
  kind: K,
): spec is Extract<AttackSpec, { kind: K }> => spec.kind === kind;
const fieldFile = (data: Float32Array): Uint8Array =>
  writeSafetensors(new Map([['field', { dtype: 'F32', shape: [4, 4, 2], data }]]));
const waNet = (file: Uint8Array): Manifest => {
  const spec = specOf('wanet');
  return withAttack({ ...spec, field: { ...spec.field, sha256: hash(file) } });
};
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
    expect(model.trigger).toEqual({
      ...{ kind: 'badnets', target: 1, size: 3, corner: 'bottomRight', colour: [255, 255, 255] },
    });
    expect(model.encoder).toBeNull();
  });

  it('opens a Blended model with its pattern', async () => {
    const manifest = blended({});
    expect(extraFiles(manifest)).toEqual(['pattern.safetensors']);
    const { trigger } = await openModel({ manifest, weights: WEIGHTS, extras: EXTRAS });
    const pattern = new Uint8Array(IMAGE_VALUES).fill(9);
    expect(trigger).toEqual({ kind: 'blended', target: 0, alpha: 0.2, pattern });
  });

  it('opens a Low Frequency model with its pattern', async () => {
    const manifest = withAttack({ ...specOf('lf'), pattern: { ...PLACE, sha256: hash(PATTERN) } });
    expect(extraFiles(manifest)).toEqual(['pattern.safetensors']);
    const { trigger } = await openModel({ manifest, weights: WEIGHTS, extras: EXTRAS });
    const pattern = new Uint8Array(IMAGE_VALUES).fill(9);
    expect(trigger).toEqual({ kind: 'lf', target: 0, gain: 1, pattern });
  });

  it('opens a SIG model', async () => {
    const manifest = withAttack(specOf('sig'));
    expect(extraFiles(manifest)).toEqual([]);
    const { trigger } = await openModel({ manifest, weights: WEIGHTS, extras: NONE });
    expect(trigger).toEqual({ kind: 'sig', target: 0, delta: 40, frequency: 6 });
  });

  it('opens a WaNet model with its field', async () => {
    const values = Float32Array.from({ length: 32 }, (_, i) => i / 16 - 1);
    const manifest = waNet(fieldFile(values));
    expect(extraFiles(manifest)).toEqual(['field.safetensors']);
    const extras = new Map([['field.safetensors', fieldFile(values)]]);
    const { trigger } = await openModel({ manifest, weights: WEIGHTS, extras });
    expect(trigger).toEqual({
      ...{ kind: 'wanet', target: 0, strength: 0.5, gridSize: 4, field: values },
    });
    const broken = fieldFile(values.with(5, NaN));
    const files = { weights: WEIGHTS, extras: new Map([['field.safetensors', broken]]) };
    expect(
      await factsOfAsync(() => openModel({ manifest: waNet(broken), ...files })),
    ).toMatchObject({ code: 'badModel', field: 'attack.field[5]', got: 'NaN' });
  });

  it('opens an SSBA model with the encoder beside it', async () => {
    const file = writeSafetensors(ssbaWeights());
    const encoder = { model: 'ssba-encoder', sha256: hash(file) };
    const manifest = withAttack({ ...specOf('ssba'), encoder });
    const path = '../ssba-encoder/weights.safetensors';
    expect(extraFiles(manifest)).toEqual([path]);
    const extras = new Map([[path, file]]);
    const model = await openModel({ manifest, weights: WEIGHTS, extras });
    expect(model.trigger).toMatchObject({ kind: 'ssba', message: '0123456789abcdef012345678' });
    expect(model.encoder?.get('up6.weight')?.shape).toEqual([128, 256, 2, 2]);
    const none = { manifest, weights: WEIGHTS, extras: NONE };
    expect(await factsOfAsync(() => openModel(none))).toMatchObject({
      ...{ code: 'badModel', field: 'attack.encoder.model', expected: path },
    });
  });

  it('opens a clean model', async () => {
    const manifest = { ...BADNETS, attack: null };
    expect(extraFiles(manifest)).toEqual([]);
    expect((await openModel({ manifest, weights: WEIGHTS, extras: NONE })).trigger).toBeNull();
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
      { ...BADNETS, architecture: { ...TINY_PLAN.architecture, blocks: [1, 2], width: 3 } },
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
      ...(['a field of another size', waNet(PATTERN), WEIGHTS] as const),
      new Map([['field.safetensors', PATTERN]]),
      { field: 'attack.field.tensor', got: 'no such tensor', expected: 'field, F32 [4, 4, 2]' },
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
