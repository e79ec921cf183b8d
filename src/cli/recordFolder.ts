import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { FmpError } from '../core/errors.ts';
import type { Companions } from '../formats/backdoorBench/recordFiles.ts';
import { isZip } from '../formats/torch/zip.ts';

/** What BackdoorBench calls the folder of the triggered test images, beside attack_result.pt. */
const IMAGES = 'bd_test_dataset';
/** Files in a record folder: a PNG per image of the training and the test set. */
const MAX_FILES = 100_000;
const MAX_FILE_BYTES = 2 ** 22;

/**
 * The images that a BackdoorBench checkpoint refers to.
 * @param path a folder or a zip as the user gave it; null looks beside the checkpoint
 * @throws FmpError badInput when it is neither, or no record folder by its size
 */
export function readRecord(checkpoint: string, path: string | null): Companions {
  const beside = besideOf(checkpoint);
  if (path === null) return existsSync(beside) ? readFolder(beside, IMAGES) : new Map();
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw badRecord('no such file or folder');
  if (stat.isDirectory()) return readFolder(path, '');
  const bytes = readFileSync(path);
  if (!isZip(bytes)) throw badRecord(`${basename(path)}, which is no zip file`);
  return new Map([[path, bytes]]);
}

/** Where the triggered images of a checkpoint are looked for, whether there are any or not. */
export const besideOf = (checkpoint: string): string => join(dirname(checkpoint), IMAGES);

/** Folders and links to nothing are passed over, whatever they are called. */
function readFolder(folder: string, prefix: string): Map<string, Uint8Array> {
  const images = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.toLowerCase().endsWith('.png'),
  );
  if (images.length > MAX_FILES) throw badRecord(`${images.length} PNGs`);
  const found = new Map<string, Uint8Array>();
  for (const image of images) {
    const file = join(folder, image);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    if (stat.size > MAX_FILE_BYTES) throw badRecord(`${image}, a large file`);
    found.set(join(prefix, image).split(sep).join('/'), readFileSync(file));
  }
  return found;
}

function badRecord(got: string): FmpError {
  return new FmpError('--record is no record folder', {
    ...{ code: 'badInput', field: '--record', got },
    expected: `a BackdoorBench record folder, or a zip of it, with ${IMAGES}`,
    remedy: 'give the folder that lies beside attack_result.pt',
  });
}
