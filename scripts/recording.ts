/** Where the recording scripts read and write. */
import { fileURLToPath } from 'node:url';

export const MODELS_DIR = fileURLToPath(new URL('../models/', import.meta.url));

/** A file of public/data. */
export function dataFile(name: string): string {
  return fileURLToPath(new URL(`../public/data/${name}`, import.meta.url));
}
