import { badFile, quoted } from './fileError.ts';
import { BAD_PICKLE, countsOf, itemsOf, mismatch, textOf } from './arguments.ts';
import type { PickleValue, PilImage } from './values.ts';

/** Pixels of a side; attacks on larger images are not known here. */
const MAX_SIDE = 512;
const CHANNELS = 3;

/** The state of a `PIL.Image.Image`: [info, mode, size, palette, bytes]. */
export function setImageState(image: PilImage, state: PickleValue): void {
  const [, modeValue, size, , bytes] = itemsOf(state, 'image state');
  const mode = textOf(modeValue, 'image mode');
  if (mode !== 'RGB') throw badFile(BAD_PICKLE, 'image mode', quoted(mode), 'RGB');
  const [width = 0, height = 0, ...rest] = countsOf(size, 'image size');
  if (rest.length > 0 || width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
    throw badFile(
      ...([BAD_PICKLE, 'image size', `${String(width)} × ${String(height)}`] as const),
      `two sides from 1 to ${String(MAX_SIDE)}`,
    );
  if (!(bytes instanceof Uint8Array)) throw mismatch('image pixels', bytes, 'bytes');
  const expected = width * height * CHANNELS;
  if (bytes.length !== expected)
    throw badFile(
      ...([BAD_PICKLE, 'image pixels', `${String(bytes.length)} bytes`] as const),
      `${String(expected)} for ${String(width)} × ${String(height)} RGB`,
    );
  Object.assign(image, { width, height, pixels: bytes });
}
