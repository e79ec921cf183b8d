import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/formats/manifest.ts';
import { factsOf } from '../support/facts.ts';
import { ATTACK_SPECS, MANIFEST, withAt } from '../support/manifest.ts';

describe('manifest', () => {
  it.each([
    ...ATTACK_SPECS.map((attack) => [attack.kind, { ...MANIFEST, attack }] as const),
    ['clean', { ...MANIFEST, attack: null }] as const,
  ])('accepts a %s model', (_, manifest) => {
    expect(parseManifest(manifest)).toEqual(manifest);
  });

  it.each([
    ['schema', 2],
    ['id', '../up'],
    ['architecture.width', 0],
    ['architecture.blocks', [2, 2, 2, 2, 2]],
    ['normalisation.std.1', 0],
    ['data.id', 'imagenet'],
    ['data.sha256.test', 'ABC'],
    ['classes', ['a', 'b']],
    ['attack.kind', 'unknown'],
    ['attack.target', 3],
    ['attack.patch.size', 33],
    ['attack.patch.colour.2', 256],
    ['weights.file', '../weights.safetensors'],
    ['weights.file', '..'],
    ['weights.sha256', 'f'.repeat(63)],
    ['metrics.acc.value', 1.01],
  ])('names %s = %o', (field, value) => {
    const facts = factsOf(() => parseManifest(withAt(MANIFEST, field, value)));
    expect(facts).toMatchObject({ code: 'badModel', field, got: JSON.stringify(value) });
    expect(facts.expected).toBeTruthy();
  });

  it.each([
    ['lf', 'attack.pattern.file', '../pattern.safetensors'],
    ['ssba', 'attack.message', 'ABC'],
    ['ssba', 'attack.encoder.model', '../../secret'],
    ['wanet', 'attack.gridSize', 1],
    ['wanet', 'attack.strength', -0.1],
    ['wanet', 'attack.field.sha256', 'x'],
    ['sig', 'attack.frequency', 17],
    ['sig', 'attack.delta', '40'],
  ])('names what is wrong with %s: %s = %o', (kind, field, value) => {
    const attack = ATTACK_SPECS.find((spec) => spec.kind === kind);
    const facts = factsOf(() => parseManifest(withAt({ ...MANIFEST, attack }, field, value)));
    expect(facts).toMatchObject({ code: 'badModel', field, got: JSON.stringify(value) });
  });

  it.each([null, 'text', []])('refuses %o', (value) => {
    expect(factsOf(() => parseManifest(value)).field).toBe('manifest');
  });
});
