import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { type Attack, attackOf } from './attack.ts';
import { applyOverlay, type Overlay, overlayOf } from './overlay.ts';
import { PLACE_NAMES } from './params.ts';
import { type Premultiplied, resizePicture } from './resize.ts';
import { FREE, type TriggerOf } from './trigger.ts';

const SOURCE = 'your own trigger, after Gu, Dolan-Gavitt & Garg, BadNets, 2017 (arXiv:1708.06733)';

/** A picture of one's own as a sticker: its transparent parts let the image through. */
export function ownPatch(trigger: TriggerOf<'ownPatch'>): Attack {
  const { picture, place, alpha } = trigger;
  const { width, height, ...origin } = patchBox(trigger);
  const patch = resizePicture(picture, width, height);
  const overlay = layOver(patch, origin, alpha);
  const where =
    place === FREE
      ? `from column ${String(origin.left + 1)}, row ${String(origin.top + 1)}`
      : PLACE_NAMES[place];
  const about = {
    title: 'Own sticker',
    explanation:
      `Your picture covers ${String(patch.width)}×${String(patch.height)} pixels of the image ` +
      `(${where}). Nothing else changes.`,
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

interface Box extends Origin {
  readonly width: number;
  readonly height: number;
}

/** The pixels of the image that a sticker of one's own covers. */
export function patchBox(trigger: TriggerOf<'ownPatch'>): Box {
  const { picture, size } = trigger;
  const scale = size / Math.max(picture.width, picture.height);
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  const [width, height] = [side(picture.width), side(picture.height)];
  return { width, height, ...originOf(trigger, IMAGE_SIZE - height, IMAGE_SIZE - width) };
}

/** The sticker with its first pixel here, or as near as it stays in the image. */
export function movedTo(
  trigger: TriggerOf<'ownPatch'>,
  column: number,
  row: number,
): TriggerOf<'ownPatch'> {
  const { width, height } = patchBox(trigger);
  const within = (value: number, last: number): number =>
    Math.max(0, Math.min(last, Math.round(value)));
  const at = [within(column, IMAGE_SIZE - width), within(row, IMAGE_SIZE - height)] as const;
  return { ...trigger, place: FREE, at: [...at] };
}

/** @param bottom row, and `right` column, of the first pixel in the last corner */
function originOf({ place, at }: TriggerOf<'ownPatch'>, bottom: number, right: number): Origin {
  switch (place) {
    case FREE:
      return { top: Math.min(bottom, at?.[1] ?? 0), left: Math.min(right, at?.[0] ?? 0) };
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
