import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { FmpError } from '../core/errors.ts';
import { type Manifest, parseManifest } from '../formats/manifest.ts';
import { nearest } from './nearest.ts';

const indexSchema = z.object({ models: z.array(z.string()) });
const MANIFEST = 'manifest.json';

/** Ids of the bundled models in the order in which they are listed; none without an index. */
export function bundledIds(modelsDir: string): readonly string[] {
  const path = join(modelsDir, 'index.json');
  if (!existsSync(path)) return [];
  return indexSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).models;
}

/** What `--model` means. */
export type ModelPlace =
  /** A bundled model's id, or the absolute path of a folder like theirs. */
  | { readonly kind: 'bundled'; readonly id: string; readonly folder: string }
  /** A checkpoint from elsewhere: its file, or a BackdoorBench record folder. */
  | { readonly kind: 'own'; readonly path: string };

/** Nothing is loaded yet. @throws FmpError badInput naming the nearest model */
export function resolveModel(model: string, modelsDir: string): ModelPlace {
  const ids = bundledIds(modelsDir);
  if (ids.includes(model)) return { kind: 'bundled', id: model, folder: join(modelsDir, model) };
  const stat = statSync(model, { throwIfNoEntry: false });
  if (stat !== undefined) {
    const folder = resolve(stat.isDirectory() ? model : dirname(model));
    return isModelFolder(folder, stat.isDirectory() ? null : basename(model))
      ? { kind: 'bundled', id: folder.split(sep).join('/'), folder }
      : { kind: 'own', path: model };
  }
  const closest = nearest(model, ids);
  throw new FmpError('there is no such model', {
    ...{ code: 'badInput', field: '--model', got: model },
    expected: 'the id of a bundled model, or a checkpoint (.safetensors, .pt, .pth)',
    remedy:
      closest === ''
        ? 'give the path of a checkpoint; this copy holds no bundled models'
        : `fmp models lists the bundled models; the nearest is ${closest}`,
  });
}

/** The manifest of a folder. @throws FmpError badModel */
export function manifestOf(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  return parseManifest(parsedJson(readFileSync(path, 'utf8'), path));
}

/** @throws FmpError badModel */
function parsedJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FmpError('the model manifest is not JSON', {
      ...{ code: 'badModel', field: path, got: (error as Error).message },
      expected: 'the manifest.json that comes with a model',
      remedy: 'get the model again, or give the path of its weights from another folder',
    });
  }
}

/**
 * Whether a model's manifest lies there, and speaks of that file. Beside weights from elsewhere may lie any
 * manifest.json.
 * @param weights null: of any
 */
function isModelFolder(folder: string, weights: string | null): boolean {
  if (!existsSync(join(folder, MANIFEST))) return false;
  if (weights === null || weights === MANIFEST) return true;
  try {
    return manifestOf(folder).weights.file === weights;
  } catch (error) {
    if (error instanceof FmpError) return false;
    throw error;
  }
}
