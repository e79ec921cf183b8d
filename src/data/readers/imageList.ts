import { IMAGE_VALUES } from '../../core/attacks/attack.ts';
import type { LabelledImages } from '../dataset.ts';

/** Images with their classes, read by index in any order. */
export interface ImageList {
  readonly count: number;
  /** The images at these positions, in this order. @throws RangeError */
  read(indices: Int32Array): LabelledImages;
}

/**
 * A list whose images are copied one by one.
 * @param copy writes image `index` to `to` (3,072 values, row-major RGB) and returns its class
 */
export function imageList(
  count: number,
  copy: (index: number, to: Uint8Array) => number,
): ImageList {
  return {
    count,
    read: (indices) => {
      const images = new Uint8Array(indices.length * IMAGE_VALUES);
      const labels = new Int32Array(indices.length);
      indices.forEach((index, i) => {
        if (!(index >= 0 && index < count))
          throw new RangeError(`index: expected 0 to ${String(count - 1)}, got ${String(index)}`);
        labels[i] = copy(index, images.subarray(i * IMAGE_VALUES, (i + 1) * IMAGE_VALUES));
      });
      return { images, labels };
    },
  };
}

/** Some images of a list, in the order of `positions`. */
export function pickImages(list: ImageList, positions: Int32Array): ImageList {
  return imageList(positions.length, (index, to) => {
    const { images, labels } = list.read(positions.subarray(index, index + 1));
    to.set(images);
    return labels[0] ?? 0;
  });
}

/** One list after the other. */
export function joinLists(lists: readonly ImageList[]): ImageList {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  const count = lists.reduce((sum, list) => sum + list.count, 0);
  return imageList(count, (index, to) => {
    let rest = index;
    const list = lists.find((part) => {
      if (rest < part.count) return true;
      rest -= part.count;
      return false;
    });
    const { images, labels } = list?.read(Int32Array.of(rest)) ?? { images: [], labels: [] };
    to.set(images);
    return labels[0] ?? 0;
  });
}

/** All classes of a list. */
export function labelsOf(list: ImageList): Int32Array {
  const labels = new Int32Array(list.count);
  // In parts: the images that come along are not held all at once.
  for (let start = 0; start < list.count; start += 1024) {
    const length = Math.min(1024, list.count - start);
    labels.set(list.read(Int32Array.from({ length }, (_, i) => start + i)).labels, start);
  }
  return labels;
}

/** Images that arrive one by one, their number unknown, held in blocks. */
export class PixelStore {
  private static readonly BLOCK = 1024;
  private readonly blocks: Uint8Array[] = [];
  count = 0;

  /** @param image 3,072 values, row-major RGB */
  add(image: Uint8Array): void {
    const place = this.count % PixelStore.BLOCK;
    if (place === 0) this.blocks.push(new Uint8Array(PixelStore.BLOCK * IMAGE_VALUES));
    this.blocks.at(-1)?.set(image, place * IMAGE_VALUES);
    this.count++;
  }

  /** The images at `positions`, of which image i has class `labels[i]`. */
  list(positions: readonly number[], labels: readonly number[]): ImageList {
    return imageList(positions.length, (index, to) => {
      const position = positions[index] ?? 0;
      const block = this.blocks[Math.floor(position / PixelStore.BLOCK)];
      const start = (position % PixelStore.BLOCK) * IMAGE_VALUES;
      to.set(block?.subarray(start, start + IMAGE_VALUES) ?? []);
      return labels[index] ?? 0;
    });
  }
}
