import type { Pixels } from '../../core/attacks/ownTrigger.ts';
import { fitPattern } from '../../core/attacks/resize.ts';

export interface Square {
  /** uint8 RGB [32, 32, 3]. */
  readonly image: Uint8Array;
  /** What was done to the picture, as sentences. */
  readonly how: string;
}

/** The middle square of an RGBA picture at the size that every network here reads. */
export function squareOf({ width, height, data }: Pixels): Square {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const rgba = new Uint8Array(side * side * 4);
  for (let row = 0; row < side; row++) {
    const from = ((top + row) * width + left) * 4;
    rgba.set(data.subarray(from, from + side * 4), row * side * 4);
  }
  const seeThrough = rgba.some((value, i) => i % 4 === 3 && value < 255);
  const part = width === height ? 'The whole picture' : 'Its middle square';
  const over = seeThrough ? ' What is see-through is black.' : '';
  return {
    image: fitPattern({ width: side, height: side, rgba }),
    how: `${part} at 32 × 32 pixels, the size that the network reads.${over}`,
  };
}
