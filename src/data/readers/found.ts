import { badData } from '../archive/badData.ts';
import type { Entry } from '../archive/entry.ts';
import { readCifarBinary } from '../cifarBinary.ts';
import { ABOUT, aboutOf, type DatasetName } from './about.ts';
import { refuseResult } from './attackResult.ts';
import { isPickle, readCifarPython, readPythonNames } from './cifarPython.ts';
import { decodeImage, MAX_IMAGE_BYTES } from './decodeImage.ts';
import { type ImageList, PixelStore } from './imageList.ts';
import { type Batch, isGuess, type Part, recognise } from './recognise.ts';
import { resizeBilinear } from './resize.ts';
import { utf8 } from '../archive/utf8.ts';

/** CIFAR-100's training batch is the largest file, 154 MB. */
const MAX_RECORDS_BYTES = 2 ** 29;
const MAX_TEXT_BYTES = 2 ** 24;
/** Of all files that are held as they are: small archives unpack to a thousand times their size. */
const MAX_HELD_BYTES = 2 ** 30;
/** 3 kB each are held: an archive of tiny files may hold millions. */
const MAX_IMAGES = 300_000;

/** All that was in what the user gave and that may belong to a data set. */
export interface Found {
  readonly batches: { readonly path: string; readonly batch: Batch; readonly list: ImageList }[];
  readonly records: {
    readonly path: string;
    readonly part: Part | null;
    readonly bytes: Uint8Array;
  }[];
  /** Image i of `pixels` came from path i. */
  readonly images: string[];
  readonly pixels: PixelStore;
  /** CSV files by path. */
  readonly tables: Map<string, string>;
  classNames: readonly string[] | null;
  /** Files that are of no use. */
  readonly others: string[];
  /** Bytes of batches, records and tables. */
  held: number;
}

/**
 * Reads every file once, in the order in which it comes; images are resized to 32×32 at once.
 * @param name what the data is said to be; another official archive is refused at its first batch
 * @throws FmpError badData
 */
export async function find(name: DatasetName, entries: AsyncIterable<Entry>): Promise<Found> {
  const found: Found = {
    ...{ batches: [], records: [], images: [], pixels: new PixelStore(), tables: new Map() },
    ...{ classNames: null, others: [], held: 0 },
  };
  for await (const entry of entries) {
    refuseResult(entry.path);
    const known = isGuess(entry.path) ? await confirmed(name, entry) : entry;
    if (known === null) found.others.push(entry.path);
    else await take(name, known, found);
  }
  return found;
}

async function take(name: DatasetName, entry: Entry, found: Found): Promise<void> {
  const { path } = entry;
  const role = recognise(path);
  switch (role?.kind) {
    case 'batch': {
      if (role.set !== name) throw wrongSet(name, path, role);
      found.batches.push({
        ...{ path, batch: role },
        list: readBatch(path, await hold(entry, MAX_RECORDS_BYTES, found), role),
      });
      break;
    }
    case 'names': {
      const bytes = await entry.bytes(MAX_TEXT_BYTES);
      found.classNames ??= role.format === 'python' ? readPythonNames(path, bytes) : linesOf(bytes);
      break;
    }
    case 'records':
      // Nothing says how many classes such a file has.
      if (name === 'folder') found.others.push(path);
      else {
        const bytes = await hold(entry, MAX_RECORDS_BYTES, found);
        found.records.push({ path, part: role.part, bytes });
      }
      break;
    case 'image': {
      if (found.images.length === MAX_IMAGES) throw tooMany();
      const image = decodeImage(path, await entry.bytes(MAX_IMAGE_BYTES));
      found.pixels.add(resizeBilinear(image, 32, 32).data);
      found.images.push(path);
      break;
    }
    case 'table':
      // Only GTSRB says in tables what its images show.
      if (name !== 'gtsrb') found.others.push(path);
      else found.tables.set(path, utf8(await hold(entry, MAX_TEXT_BYTES, found)));
      break;
    case undefined:
      found.others.push(path);
  }
}

/** The content of a file that is kept until all are read. @param limit bytes of this one */
async function hold(entry: Entry, limit: number, found: Found): Promise<Uint8Array> {
  const bytes = await entry.bytes(limit);
  found.held += bytes.length;
  if (found.held > MAX_HELD_BYTES)
    throw badData('there is more data than a data set has', {
      ...{ field: entry.path, got: `more than ${String(MAX_HELD_BYTES / 2 ** 20)} MB in all` },
      expected: `batches, records and tables of at most ${String(MAX_HELD_BYTES / 2 ** 20)} MB`,
      remedy: 'give the files of one data set only',
    });
  return bytes;
}

/** A file that only its name makes one of CIFAR-100; null where it is any other. */
async function confirmed(name: DatasetName, entry: Entry): Promise<Entry | null> {
  // Nothing of CIFAR is wanted then, and a file called `test` may be anything.
  if (name === 'folder') return null;
  const content = await entry.bytes(MAX_RECORDS_BYTES);
  return isPickle(content) ? memoryEntry(entry.path, content) : null;
}

const memoryEntry = (path: string, content: Uint8Array): Entry => ({
  path,
  bytes: () => Promise.resolve(content),
});

function readBatch(path: string, bytes: Uint8Array, batch: Batch): ImageList {
  const classes = batch.set === 'cifar10' ? 10 : 100;
  if (batch.layout === 'python') return readCifarPython(path, bytes, classes, batch.records);
  const labelBytes = batch.set === 'cifar10' ? 1 : 2;
  return readCifarBinary(path, bytes, classes, { labelBytes, records: batch.records });
}

const linesOf = (bytes: Uint8Array): readonly string[] =>
  utf8(bytes)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

function wrongSet(name: DatasetName, path: string, { set, layout }: Batch): Error {
  const { title } = ABOUT[set];
  return badData(`this is ${title}, not ${aboutOf(name)?.title ?? 'a folder of images'}`, {
    ...{ field: path, got: `the ${title} archive, ${layout} version` },
    expected: `the data set ${name}`,
    remedy: `open it as ${set}, or choose the file of ${name}`,
  });
}

function tooMany(): Error {
  return badData('there are too many images', {
    ...{ field: 'images', got: `more than ${String(MAX_IMAGES)}` },
    expected: `at most ${String(MAX_IMAGES)}`,
    remedy: 'give a folder with fewer images of each class',
  });
}
