import type { Pixels } from '../../core/attacks/ownTrigger.ts';

/** Larger pictures are drawn smaller before use; a trigger is 32 pixels wide at most. */
const LONGEST = 256;

/**
 * The pixels of a picture file, at most 256 on the longer side, RGBA. The browser decodes it.
 * @throws Error when the browser cannot read the file as a picture
 */
export async function readPicture(file: Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser gives no canvas');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
