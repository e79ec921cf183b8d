/** Seconds that one call of a GPU should take: long enough to be worth it, short enough to stop. */
const SHORT = 0.05;
const LONG = 0.2;

/** Images of all feature maps of a call together: more need memory and are no faster. */
export const MOST_IMAGES = 512;

/** Items of the next call, a power of two of at most `most`, from how long the last call took. */
export function nextChunk(size: number, seconds: number, most: number): number {
  if (seconds < SHORT && 2 * size <= most) return 2 * size;
  return seconds > LONG ? Math.max(1, Math.floor(size / 2)) : size;
}
