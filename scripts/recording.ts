/** Where the recording scripts read and write. */
import { fileURLToPath } from 'node:url';
import { DATASET_NAMES, type DatasetName } from '../src/data/readers/about.ts';

export const MODELS_DIR = fileURLToPath(new URL('../models/', import.meta.url));

/** A file of public/data. */
export function dataFile(name: string): string {
  return fileURLToPath(new URL(`../public/data/${name}`, import.meta.url));
}

/** Where data sets are, from options `--data NAME=PATH`. @throws RangeError on any other form */
export function dataPaths(given: readonly string[]): ReadonlyMap<DatasetName, string> {
  return new Map(
    given.map((text) => {
      const [word, path = ''] = text.split(/=(.*)/s);
      const name = DATASET_NAMES.find((known) => known === word);
      if (name === undefined || path === '')
        throw new RangeError(
          `--data is ${text}, expected NAME=PATH; names: ${DATASET_NAMES.join(', ')}`,
        );
      return [name, path];
    }),
  );
}
