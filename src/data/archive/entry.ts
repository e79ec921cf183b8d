import type { FmpError } from '../../core/errors.ts';
import { badData, grouped } from './badData.ts';

/** One file, wherever it lies: in a folder, a zip or a tar. Nothing is ever written to its path. */
export interface Entry {
  /** Relative, with `/`, without `.` and `..`. */
  readonly path: string;
  /**
   * The whole content, decompressed. May be asked for once, before the next entry is.
   * @param limit bytes; a larger entry is refused before it is decompressed
   * @throws FmpError badData
   */
  bytes(limit: number): Promise<Uint8Array>;
}

/**
 * Whether a path is of what no data set holds: hidden files and folders, which belong to tools, and
 * the resource forks that macOS adds.
 */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

/**
 * A stored path as it is used here, or null for folders and what is hidden.
 * @throws FmpError badData for a path that leaves the archive
 */
export function cleanPath(archive: string, stored: string): string | null {
  const path = stored.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  const parts = path.split('/');
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || parts.includes('..') || path.includes('\0'))
    throw badData(`${archive} holds a path that leaves the archive`, {
      ...{ field: archive, got: JSON.stringify(stored), expected: 'paths inside the archive' },
      remedy: 'use an archive from the official page, or make it again',
    });
  return path === '' || path.endsWith('/') || isHidden(path)
    ? null
    : parts.filter(Boolean).join('/');
}

/** The error for an entry above its limit. */
export function entryTooLarge(path: string, size: number, limit: number): FmpError {
  return badData(`${path} is too large`, {
    ...{ field: path, got: `${grouped(size)} bytes`, expected: `at most ${grouped(limit)} bytes` },
    remedy: 'leave the file out',
  });
}
