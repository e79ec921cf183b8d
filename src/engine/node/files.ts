import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FmpError } from '../../core/errors.ts';

/** Reads `folder/path`. @throws FmpError badData when it cannot be read */
export async function readBytes(folder: string, path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(join(folder, path)));
  } catch (error) {
    throw new FmpError(`${path} cannot be read`, {
      ...{ code: 'badData', field: path, expected: 'a readable file' },
      got: error instanceof Error ? error.message : String(error),
      remedy: 'check the path',
    });
  }
}
