import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFindingFile } from '../../src/core/study/finding.ts';
import { parseManifest } from '../../src/formats/manifest.ts';
import { extraFiles, openModel } from '../../src/formats/modelFolder.ts';

const MODELS = new URL('../../models/', import.meta.url);
const read = (path: string): Uint8Array => readFileSync(new URL(path, MODELS));
const text = (path: string): string => new TextDecoder().decode(read(path));
const json = (path: string): unknown => JSON.parse(text(path));

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

  it.each(models)('%s: the command in its manifest is the one that people are told', (id) => {
    const { training } = parseManifest(json(`${id}/manifest.json`));
    expect(text('train/README.md')).toContain(training.command);
    expect(text(`${id}/CARD.md`)).toContain(training.command);
  });

  it('are those that the recorded finding is about', () => {
    const finding: unknown = JSON.parse(readFileSync('public/data/finding.json', 'utf8'));
    for (const { model, weights } of parseFindingFile(finding).rows)
      expect([model, weights]).toEqual([
        model,
        parseManifest(json(`${model}/manifest.json`)).weights.sha256,
      ]);
  });

  it('take less than 60 MB', () => {
    const files = readdirSync(MODELS, { recursive: true, withFileTypes: true });
    const bytes = files
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => statSync(`${parentPath}/${name}`).size);
    expect(bytes.reduce((a, b) => a + b, 0)).toBeLessThan(60e6);
  });
});
