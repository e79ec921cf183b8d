import type { DataFile, DatasetName } from '../bridge/own.ts';
import { isTfjsShard } from './tfjsModel.ts';

/** What files are, as far as their names say; `unclear` has to be asked. */
export type FileKind =
  | { readonly kind: 'run' | 'checkpoint' | 'unclear' }
  | { readonly kind: 'data'; readonly name: DatasetName };

const CHECKPOINT = /\.(safetensors|pt|pth|ckpt)(\.tar)?$/i;
const ARCHIVE = /\.(zip|tar|tgz|gz|bin)$/i;
const IMAGE = /\.(png|jpe?g|ppm|csv)$/i;

export const isJson = (path: string): boolean => /\.json$/i.test(path);

/** What the official files and folders of each data set are called. */
const NAMES: readonly (readonly [DatasetName, RegExp])[] = [
  ['cifar100', /cifar[-_]?100/i],
  ['cifar10', /cifar[-_]?10(?!\d)|(^|\/)(data_batch_[1-5]|test_batch)(\.bin|$)/i],
  ['gtsrb', /gtsrb/i],
];

/**
 * What an archive of a data set may be called besides. Another word may be an attack's: results of
 * BackdoorBench are called cifar10_preactresnet18_badnet_0_1.zip, and hold no clean images.
 */
const WORDS = new RegExp(
  `^(${[
    ...['cifar10', 'cifar100', 'cifar', '10', '100', 'gtsrb', 'german', 'traffic', 'signs?'],
    ...['recognition', 'benchmark', 'data', 'dataset', 'set', 'batch', 'batches', '[1-5]'],
    ...['final', 'training', 'train', 'testing', 'test', 'images?', 'gt', 'online', 'sorted'],
    ...['fixed', 'binary', 'python', 'py', 'png', 'jpe?g', 'ppm', 'zip', 'tar', 'tgz', 'gz', 'bin'],
  ].join('|')})$`,
);
/** What browsers add to the name of a second download. */
const COPY = / ?\(\d+\)/;

/**
 * Sorts what was dropped or chosen together. What is in the files is checked by who reads them.
 * @param wanted the data set that a model waits for: the answer where names say nothing else
 */
export function fileKind(files: readonly DataFile[], wanted: DatasetName | null): FileKind {
  const paths = files.map(({ path }) => path);
  const others = paths.filter((path) => !isTfjsShard(path));
  // A TensorFlow.js model comes with its weights beside it; the reader of the JSON says what it is.
  if (others.length === 1 && isJson(others[0] ?? '')) return { kind: 'run' };
  if (paths.some((path) => CHECKPOINT.test(path))) return { kind: 'checkpoint' };
  const named = NAMES.find(([, pattern]) => paths.some((path) => pattern.test(path)))?.[0];
  const name = named ?? wanted;
  const archives = paths.filter((path) => ARCHIVE.test(path));
  // What is wanted was asked for, and a result in its place is refused by the reader.
  const isSure = name === wanted || archives.every(isPlain);
  if (name !== null && isSure) return { kind: 'data', name };
  if (archives.length > 0) return { kind: 'unclear' };
  if (paths.some((path) => IMAGE.test(path))) return { kind: 'data', name: 'folder' };
  // Its reader says which networks and formats are known.
  return { kind: 'checkpoint' };
}

/** Whether an archive's name has only words of data sets. */
function isPlain(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(COPY, '');
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .every((word) => word === '' || WORDS.test(word));
}
