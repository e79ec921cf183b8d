import type { DataFile, DatasetName } from '../bridge/own.ts';

/** What files are, as far as their names say; `unclear` has to be asked. */
export type FileKind =
  | { readonly kind: 'run' | 'checkpoint' | 'unclear' }
  | { readonly kind: 'data'; readonly name: DatasetName };

const CHECKPOINT = /\.(safetensors|pt|pth|ckpt)(\.tar)?$/i;
const ARCHIVE = /\.(zip|tar|tgz|gz|bin)$/i;
const IMAGE = /\.(png|jpe?g|ppm|csv)$/i;

/** What the official files and folders of each data set are called. */
const NAMES: readonly (readonly [DatasetName, RegExp])[] = [
  ['cifar100', /cifar[-_]?100/i],
  ['cifar10', /cifar[-_]?10(?!\d)|(^|\/)data_batch_[1-5]/i],
  ['gtsrb', /gtsrb/i],
];

/**
 * Sorts what was dropped or chosen together. What is in the files is checked by who reads them.
 * @param wanted the data set that a model waits for: the answer where names say nothing else
 */
export function fileKind(files: readonly DataFile[], wanted: DatasetName | null): FileKind {
  const paths = files.map(({ path }) => path);
  if (paths.length === 1 && /\.json$/i.test(paths[0] ?? '')) return { kind: 'run' };
  if (paths.some((path) => CHECKPOINT.test(path))) return { kind: 'checkpoint' };
  const named = NAMES.find(([, pattern]) => paths.some((path) => pattern.test(path)));
  const name = named?.[0] ?? wanted;
  if (name !== null) return { kind: 'data', name };
  if (paths.some((path) => ARCHIVE.test(path))) return { kind: 'unclear' };
  if (paths.some((path) => IMAGE.test(path))) return { kind: 'data', name: 'folder' };
  // Its reader says which networks and formats are known.
  return { kind: 'checkpoint' };
}
