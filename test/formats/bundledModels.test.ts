import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/formats/manifest.ts';
import { extraFiles, openModel } from '../../src/formats/modelFolder.ts';

const MODELS = new URL('../../models/', import.meta.url);
const read = (path: string): Uint8Array => readFileSync(new URL(path, MODELS));
const json = (path: string): unknown => JSON.parse(new TextDecoder().decode(read(path)));

describe('bundled models', () => {
  const { models } = json('index.json') as { models: string[] };

  it.each(models)('%s agrees with its manifest', async (id) => {
    const manifest = parseManifest(json(`${id}/manifest.json`));
    const extras = new Map(extraFiles(manifest).map((file) => [file, read(`${id}/${file}`)]));
    const weights = read(`${id}/${manifest.weights.file}`);
    const model = await openModel({ manifest, weights, extras });
    expect(model.manifest.id).toBe(id);
    expect(model.trigger === null).toBe(manifest.metrics.asr === null);
  });
});
