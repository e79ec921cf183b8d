import { gunzipSync } from 'fflate';
import { FmpError } from '../core/errors.ts';
import { cifarDataset, readCifarBinary } from './cifarBinary.ts';
import type { Dataset } from './dataset.ts';
import { ABOUT } from './readers/about.ts';
import { repeatedRecords } from './readers/records.ts';

/**
 * A folder with `train.bin` and `test.bin` (or `.bin.gz`) in CIFAR-10's binary layout, as the
 * training scripts read it, for a model whose images are not embedded.
 * @param about data set id and number of classes
 * @param read a file of the folder by name; rejects when there is none
 * @param hash SHA-256 in hex
 * @throws FmpError badData naming the file
 */
export async function openFolder(
  { id, classes }: { readonly id: string; readonly classes: number },
  read: (file: string) => Promise<Uint8Array>,
  hash: (bytes: Uint8Array) => Promise<string>,
): Promise<Dataset> {
  const [train, test] = await Promise.all([load('train.bin', read), load('test.bin', read)]);
  const omit = await repeatedRecords(test, hash);
  return cifarDataset(
    {
      id,
      classes,
      mirrors: id === 'cifar10',
      showcase: id === 'gtsrb' ? ABOUT.gtsrb.showcase : [],
    },
    readCifarBinary('train.bin', train, classes),
    readCifarBinary('test.bin', test, classes, { omit }),
  );
}

async function load(
  name: string,
  read: (file: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const packed = await read(`${name}.gz`).catch(() => null);
  if (packed === null) return read(name);
  try {
    return gunzipSync(packed);
  } catch (error) {
    throw new FmpError(`${name}.gz is damaged`, {
      ...{ code: 'badData', field: `${name}.gz`, expected: 'a whole gzip file' },
      got: error instanceof Error ? error.message : String(error),
      remedy: 'copy or download the file again',
    });
  }
}
