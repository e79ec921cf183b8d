import { badData, grouped } from '../archive/badData.ts';
import { Meter, type ReadOptions } from '../archive/meter.ts';
import type { SourceFile } from '../archive/source.ts';
import { walk } from '../archive/walk.ts';
import { cifarDataset } from '../cifarBinary.ts';
import type { Dataset } from '../dataset.ts';
import { aboutOf, type DatasetName } from './about.ts';
import { cifarParts } from './cifarArchive.ts';
import { find, type Found } from './found.ts';
import { imageParts } from './imageParts.ts';
import type { Parts } from './parts.ts';
import { type Hash, recordParts } from './records.ts';

/** A data set of the user's, in memory, and what was made of its files. */
export interface OpenedDataset {
  readonly dataset: Dataset;
  /** By class; `class 7` where the files do not say. */
  readonly classNames: readonly string[];
  readonly format: string;
  readonly notes: readonly string[];
}

/**
 * Opens a data set from files of the user's: one archive, several (GTSRB's three), or everything
 * in a folder. The files are read once, as a stream; uint8 pixels stay in memory.
 * @param name what it is; recognised formats are listed in docs/data.md
 * @param hash SHA-256 in hex
 * @throws FmpError badData: what was found and what was expected; cancelled
 */
export async function openDataset(
  name: DatasetName,
  files: readonly SourceFile[],
  { hash, ...options }: ReadOptions & { readonly hash: Hash },
): Promise<OpenedDataset> {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const meter = new Meter(total, options);
  const found = await find(name, walk(files, meter));
  const parts = withUnread(await assemble(name, found, hash), found);
  meter.advance(total);
  return opened(name, parts);
}

function opened(
  name: DatasetName,
  { train, test, classNames, format, notes }: Parts,
): OpenedDataset {
  if (train.count === 0 || test.count === 0)
    throw badData('there are too few images', {
      field: name,
      got: `${grouped(train.count)} training and ${grouped(test.count)} test images`,
      expected: 'at least one of each',
      remedy: 'give more images of each class',
    });
  const about = aboutOf(name);
  const classes = about?.classes ?? classNames?.length ?? 0;
  const { mirrors, showcase } = about ?? { mirrors: false, showcase: [] };
  return {
    dataset: cifarDataset({ id: name, classes, mirrors, showcase }, train, test),
    classNames: Array.from(
      { length: classes },
      (_, id) => classNames?.[id] ?? `class ${String(id)}`,
    ),
    format,
    notes,
  };
}

/** Official batches first, then a whole pair of record files, then images. */
async function assemble(name: DatasetName, found: Found, hash: Hash): Promise<Parts> {
  const { batches, records, images, tables } = found;
  const parts = new Set(records.map(({ part }) => part));
  if (batches.length > 0) return withLeftOut(cifarParts(found), [...records, ...images]);
  const pair = parts.has('train') && parts.has('test');
  if (name !== 'folder' && records.length > 0 && (pair || images.length === 0))
    return withLeftOut(await recordParts(name, found, hash), images);
  if (images.length > 0) return withLeftOut(imageParts(name, found), records);
  const others = [...found.others, ...tables.keys()];
  throw badData('there is no data set in it', {
    field: name,
    got:
      others.length === 0
        ? 'no files (hidden ones do not count)'
        : `${grouped(others.length)} files, such as ${others.slice(0, 3).join(', ')}`,
    expected:
      'an official archive, record files (.bin) or PNG, JPEG or PPM images in one folder per class',
    remedy: 'see docs/data.md for what is accepted',
  });
}

/** Images that no reader here decodes. */
const UNREAD = /\.(gif|webp|bmp|tiff?|avif|heic)$/i;

/** Says how many images are of no use for their format: classes would be smaller without a word. */
function withUnread(parts: Parts, { others }: Found): Parts {
  const unread = others.filter((path) => UNREAD.test(path)).length;
  if (unread === 0) return parts;
  const note = `${grouped(unread)} files in GIF, WebP, BMP or another format are left out: PNG, JPEG and PPM are read`;
  return { ...parts, notes: [...parts.notes, note] };
}

/** Says that there was more than one data set. */
function withLeftOut(parts: Parts, others: readonly unknown[]): Parts {
  if (others.length === 0) return parts;
  const note = `${grouped(others.length)} other files with images are left out`;
  return { ...parts, notes: [...parts.notes, note] };
}
