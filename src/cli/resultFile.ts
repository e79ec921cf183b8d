import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FmpError } from '../core/errors.ts';

/**
 * Checks before a long run that its result can be written.
 * @param option that names the file, with its dashes
 * @throws FmpError badInput if the folder is missing or read-only, or the path is a folder
 */
export function checkWritable(option: string, path: string): void {
  const folder = dirname(resolve(path));
  const bad = (got: string, expected: string): FmpError =>
    new FmpError('the result cannot be written', {
      ...{ code: 'badInput', field: option, got, expected },
      remedy: 'create the folder or choose another path',
    });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw bad(`${path}, a folder`, 'the path of a file');
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw bad(path, 'a file in a folder that exists and can be written to');
  }
}

export function writeJson(path: string, value: unknown): void {
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Writes the whole file or nothing: under another name first, then renamed. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${String(process.pid)}.tmp`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
