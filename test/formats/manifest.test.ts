import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/formats/manifest.ts';
import { factsOf } from '../support/facts.ts';
import { BLENDED_SPEC, MANIFEST, withAt } from '../support/manifest.ts';

describe('manifest', () => {
  it.each([
    ['BadNets', MANIFEST],
    ['Blended', { ...MANIFEST, attack: BLENDED_SPEC }],
    ['clean', { ...MANIFEST, attack: null }],
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

  it.each([null, 'text', []])('refuses %o', (value) => {
    expect(factsOf(() => parseManifest(value)).field).toBe('manifest');
  });
});
