import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestOf, resolveModel } from '../../src/cli/modelPath.ts';
import { readRecord } from '../../src/cli/recordFolder.ts';
import { fakeManifest } from '../support/fakeModel.ts';

let folder = '';
const path = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmp-model-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('weights beside a manifest.json', () => {
  const place = (manifest: string) => {
    writeFileSync(path('net.safetensors'), 'weights');
    writeFileSync(path('manifest.json'), manifest);
    return resolveModel(path('net.safetensors'), path('models'));
  };

  it.each(['{"name": "a web app"}', '{', '[]', ''])(
    'that is %j are a checkpoint from elsewhere',
    (manifest) => {
      expect(place(manifest)).toEqual({ kind: 'own', path: path('net.safetensors') });
    },
  );

  it('that speaks of them are its model', () => {
    const manifest = fakeManifest();
    const weights = { ...manifest.weights, file: 'net.safetensors' };
    expect(place(JSON.stringify({ ...manifest, weights })).kind).toBe('bundled');
    expect(place(JSON.stringify(manifest)).kind).toBe('own');
  });
});

it('a damaged manifest of a named folder is said to be that', () => {
  writeFileSync(path('manifest.json'), '{');
  expect(resolveModel(folder, path('models')).kind).toBe('bundled');
  expect(() => manifestOf(folder)).toThrow('the model manifest is not JSON');
});

it('folders and links to nothing among triggered images are passed over', () => {
  mkdirSync(path('bd_test_dataset/0/folder.png'), { recursive: true });
  symlinkSync(path('gone.png'), path('bd_test_dataset/0/link.png'));
  writeFileSync(path('bd_test_dataset/0/1.png'), 'an image');
  const found = readRecord(path('attack_result.pt'), null);
  expect([...found.keys()]).toEqual(['bd_test_dataset/0/1.png']);
});
