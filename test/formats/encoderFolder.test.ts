import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkEncoder,
  openEncoder,
  parseEncoderManifest,
} from '../../src/formats/encoderFolder.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { ssbaWeights } from '../core/attacks/ssbaWeights.ts';
import { factsOf, factsOfAsync } from '../support/facts.ts';
import { ENCODER_MANIFEST, withAt } from '../support/manifest.ts';

const FOLDER = new URL('../../models/ssba-encoder/', import.meta.url);

describe('encoder folder', () => {
  const file = writeSafetensors(ssbaWeights());
  const sha256 = createHash('sha256').update(file).digest('hex');
  const about = { ...ENCODER_MANIFEST.weights, bytes: file.length, sha256 };
  const manifest = { ...ENCODER_MANIFEST, weights: about };

  it('opens', async () => {
    const weights = await openEncoder(manifest, file);
    expect(weights.get('output.bias')).toEqual({
      shape: [3],
      data: ssbaWeights().get('output.bias')?.data,
    });
  });

  it.each([
    ['kind', 'model'],
    ['bits', 96],
    ['weights.file', '../weights.safetensors'],
    ['metrics.psnr.value', 0],
    ['training.epochs', 'many'],
  ])('names %s = %o', (field, value) => {
    const facts = factsOf(() => parseEncoderManifest(withAt(manifest, field, value)));
    expect(facts).toMatchObject({ code: 'badModel', field, got: JSON.stringify(value) });
  });

  it.each([
    ['weights.bytes', { ...about, bytes: 5 }],
    ['weights.sha256', { ...about, sha256: 'f'.repeat(64) }],
  ])('refuses a lie about %s', async (field, weights) => {
    const facts = await factsOfAsync(() => openEncoder({ ...manifest, weights }, file));
    expect(facts).toMatchObject({ code: 'badModel', field });
  });

  it('names the tensor that is wrong', () => {
    const spoilt = (change: (tensors: ReturnType<typeof ssbaWeights>) => void) => {
      const tensors = ssbaWeights();
      change(tensors);
      return factsOf(() => checkEncoder(tensors));
    };
    expect(spoilt((tensors) => tensors.delete('up6.bias'))).toMatchObject({
      ...{ code: 'badModel', field: 'up6.bias', got: 'no such tensor', expected: 'floats [128]' },
    });
    const three = { dtype: 'F32', shape: [3], data: new Float32Array(3) } as const;
    expect(spoilt((tensors) => tensors.set('conv1.bias', three)).got).toBe('F32 [3]');
    expect(spoilt((tensors) => tensors.set('conv11.bias', three)).field).toBe('conv11.bias');
    const endless = { ...three, data: Float32Array.of(0, Infinity, 0) };
    expect(spoilt((tensors) => tensors.set('output.bias', endless)).field).toBe('output.bias[1]');
  });

  it('opens the bundled one', async () => {
    const read = (name: string): Uint8Array => readFileSync(new URL(name, FOLDER));
    const json: unknown = JSON.parse(new TextDecoder().decode(read('manifest.json')));
    await openEncoder(json, read(parseEncoderManifest(json).weights.file));
  });
});
