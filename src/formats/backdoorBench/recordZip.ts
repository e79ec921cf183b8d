import { badFile } from '../torch/fileError.ts';
import { isZip, readZipDirectory, unpack, type ZipEntry } from '../torch/zip.ts';
import type { Companions } from './recordFiles.ts';

/** PNGs and weights hardly shrink in a zip; what grows more is not a record folder. */
const MAX_GROWTH = 2;
/** Bytes that any archive may grow by: in small ones most bytes are names, which do shrink. */
export const FREE_GROWTH = 2 ** 20;

/** Unpacks entries up to a total size that is bounded by that of the archive. */
export class BoundedUnpacker {
  /** Bytes copied so far. */
  copied = 0;
  readonly #limit: number;

  constructor(archiveBytes: number) {
    this.#limit = MAX_GROWTH * archiveBytes + FREE_GROWTH;
  }

  /** @throws FmpError badModel beyond the limit, before unpacking */
  unpack(entry: ZipEntry): Uint8Array {
    if (entry.method === 'deflated') this.copied += entry.size;
    if (this.copied > this.#limit)
      throw badFile(
        ...(['the zip file is not valid', entry.name, 'far more bytes than the archive'] as const),
        `at most ${String(MAX_GROWTH)} times its size in all`,
        'pack the folder again without compression',
      );
    return unpack(entry);
  }

  /** The images of an archive by path. */
  images(entries: ReadonlyMap<string, ZipEntry>): [path: string, bytes: Uint8Array][] {
    return [...entries.values()]
      .filter(({ name }) => name.toLowerCase().endsWith('.png'))
      .map((entry) => [entry.name, this.unpack(entry)]);
  }
}

/** The chosen files with the images of every zip among them. @throws FmpError badModel */
export function withZippedImages(companions: Companions): Companions {
  const files = new Map(companions);
  for (const bytes of companions.values()) {
    if (!isZip(bytes)) continue;
    const images = new BoundedUnpacker(bytes.length).images(readZipDirectory(bytes));
    for (const [path, image] of images) files.set(path, image);
  }
  return files;
}
