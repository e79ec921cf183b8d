import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
 * Checks before anything is loaded that a model is there: a bundled id, a folder or a file.
 * @throws FmpError badInput naming the nearest model
 */
export function checkModel(model: string, modelsDir: string): void {
  const ids = bundledIds(modelsDir);
  if (ids.includes(model) || existsSync(model)) return;
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
