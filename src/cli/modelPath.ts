import { existsSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { FmpError } from '../core/errors.ts';
import { nearest } from './nearest.ts';

const indexSchema = z.object({ models: z.array(z.string()) });

/** Ids of the bundled models in the order in which they are listed; none without an index. */
export function bundledIds(modelsDir: string): readonly string[] {
  const path = join(modelsDir, 'index.json');
  if (!existsSync(path)) return [];
  return indexSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).models;
}

/**
 * The model as the engine knows it: a bundled id, or the absolute path of a folder or file.
 * Nothing is loaded yet. @throws FmpError badInput naming the nearest model
 */
export function resolveModel(model: string, modelsDir: string): string {
  const ids = bundledIds(modelsDir);
  if (ids.includes(model)) return model;
  if (existsSync(model)) return resolve(model).split(sep).join('/');
  const closest = nearest(model, ids);
  throw new FmpError('there is no such model', {
    ...{ code: 'badInput', field: '--model', got: model },
    expected: 'the id of a bundled model, a model folder or a .safetensors file',
    remedy:
      closest === ''
        ? 'give the path of a model folder; this copy holds no bundled models'
        : `fmp models lists the bundled models; the nearest is ${closest}`,
  });
}
