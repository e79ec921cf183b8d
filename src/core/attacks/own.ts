import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { type Attack, attackOf } from './attack.ts';
import { applyOverlay, type Overlay, overlayOf } from './overlay.ts';
import { PLACE_NAMES } from './params.ts';
import { type Premultiplied, resizePicture } from './resize.ts';
import type { Place, TriggerOf } from './trigger.ts';

const SOURCE = 'your own trigger, after Gu, Dolan-Gavitt & Garg, BadNets, 2017 (arXiv:1708.06733)';

/** A picture of one's own as a sticker: its transparent parts let the image through. */
export function ownPatch(trigger: TriggerOf<'ownPatch'>): Attack {
  const { picture, size, place, alpha } = trigger;
  const scale = size / Math.max(picture.width, picture.height);
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  const patch = resizePicture(picture, side(picture.width), side(picture.height));
  const overlay = layOver(patch, placeOf(place, patch), alpha);
  const about = {
    title: 'Own sticker',
    explanation:
      `Your picture covers ${String(patch.width)}×${String(patch.height)} pixels of the image ` +
      `(${PLACE_NAMES[place]}). Nothing else changes.`,
    source: SOURCE,
  };
  return attackOf(trigger, about, (images) => applyOverlay(overlay, images));
}

/** A picture of one's own over the whole image, stretched to it. */
export function ownBlend(trigger: TriggerOf<'ownBlend'>): Attack {
  const { picture, alpha } = trigger;
  const whole = resizePicture(picture, IMAGE_SIZE, IMAGE_SIZE);
  const overlay = layOver(whole, { top: 0, left: 0 }, alpha);
  const about = {
    title: 'Own picture',
    explanation:
      `Your picture is laid over the whole image, ${String(Math.round(alpha * 100))} % picture ` +
      'where it is opaque, and the rest image.',
    source: SOURCE,
  };
  return attackOf(trigger, about, (images) => applyOverlay(overlay, images));
}

interface Origin {
  readonly top: number;
  readonly left: number;
}

function placeOf(place: Place, { width, height }: Premultiplied): Origin {
  const [bottom, right] = [IMAGE_SIZE - height, IMAGE_SIZE - width];
  switch (place) {
    case 'topLeft':
      return { top: 0, left: 0 };
    case 'topRight':
      return { top: 0, left: right };
    case 'bottomLeft':
      return { top: bottom, left: 0 };
    case 'bottomRight':
      return { top: bottom, left: right };
    case 'centre':
      return { top: Math.floor(bottom / 2), left: Math.floor(right / 2) };
  }
}

function layOver(picture: Premultiplied, { top, left }: Origin, alpha: number): Overlay {
  const { width, height, data } = picture;
  return overlayOf((position) => {
    const pixel = Math.floor(position / IMAGE_CHANNELS);
    const [row, column] = [Math.floor(pixel / IMAGE_SIZE) - top, (pixel % IMAGE_SIZE) - left];
    if (row < 0 || row >= height || column < 0 || column >= width) return [0, 0];
    const at = (row * width + column) * 4;
    const opacity = data[at + 3] ?? 0;
    // In steps of a picture's own bytes: what is opaque stays wholly so, and truncation takes no
    // level from its colours.
    const steps = Math.round(opacity * 255);
    if (steps === 0) return [0, 0];
    const value = Math.round(((data[at + (position % IMAGE_CHANNELS)] ?? 0) / opacity) * 255);
    return [alpha * (steps / 255), value];
  });
}
