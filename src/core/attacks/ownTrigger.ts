import { FmpError } from '../errors.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { fitPattern } from './resize.ts';
import { parseTrigger, type Picture, type Place, type TriggerSpec } from './trigger.ts';

/** Pixels of a drawing or a decoded file, uint8 RGB or RGBA, row-major. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3 or 4 bytes per pixel. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

interface OwnBase {
  readonly image: Pixels;
  /** Class that the trigger calls. */
  readonly target: number;
  /** Opacity, [0, 1]; a patch's is 1 and a blend's 0.2 unless told. */
  readonly alpha?: number;
}

export type OwnTrigger =
  | (OwnBase & {
      readonly kind: 'patch';
      /** Longer side, 1–32 pixels; the image's own, or 32 where that is larger, unless told. */
      readonly size?: number;
      readonly place?: Place;
    })
  | (OwnBase & { readonly kind: 'blend' });

/**
 * Any picture or drawing as a trigger: a sticker that keeps its proportions, or a picture over the
 * whole image. Transparent parts let the image through.
 * @throws FmpError badInput when bytes and size disagree or a number is out of range
 */
export function ownTrigger(own: OwnTrigger): TriggerSpec {
  const { image, target } = own;
  const picture = pictureOf(image, 'image');
  if (own.kind === 'blend')
    return parseTrigger({ kind: 'ownBlend', target, picture, alpha: own.alpha ?? 0.2 });
  return parseTrigger({
    ...{ kind: 'ownPatch', target, picture, place: own.place ?? 'bottomRight' },
    size: own.size ?? Math.min(IMAGE_SIZE, Math.max(picture.width, picture.height)),
    alpha: own.alpha ?? 1,
  });
}

/** What `--trigger PNG [--trigger-mask PNG | --trigger-alpha A] --target K` says. */
export interface TriggerFiles {
  readonly trigger: Pixels;
  /** White where the trigger covers the image, black where it does not, grey in between. */
  readonly mask?: Pixels;
  /** Weight of the trigger all over, [0, 1]. */
  readonly alpha?: number;
  readonly target: number;
}

/**
 * The trigger of these files. A picture smaller than 32×32 is a sticker in the bottom right corner,
 * covering what its mask or its own transparency says. One of 32×32 lies over the image, where its
 * mask says so or, without mask and transparency, wherever its values are above 0 (BackdoorBench's
 * trigger images). With an alpha it is stretched over all and blended in; a larger one is fitted.
 * @throws FmpError badInput
 */
export function triggerFromFiles({ trigger, mask, alpha, target }: TriggerFiles): TriggerSpec {
  const picture = pictureOf(trigger, 'trigger');
  if (mask !== undefined && alpha !== undefined)
    throw new FmpError('a mask and an alpha exclude each other', {
      ...{ code: 'badInput', field: 'trigger', got: 'both', expected: 'one of the two, or none' },
      remedy: 'leave one of them out',
    });
  if (mask !== undefined) {
    const masked = maskedBy(picture, pictureOf(mask, 'mask'));
    const { width, height, rgba } = masked;
    if (Math.min(width, height) < IMAGE_SIZE && Math.max(width, height) <= IMAGE_SIZE)
      return ownTrigger({ kind: 'patch', image: { width, height, data: rgba }, target });
    return parseTrigger({ kind: 'ownBlend', target, picture: masked, alpha: 1 });
  }
  if (alpha !== undefined) return ownTrigger({ kind: 'blend', image: trigger, alpha, target });
  const { width, height, rgba } = picture;
  const whole = width === IMAGE_SIZE && height === IMAGE_SIZE;
  const opaque = rgba.every((value, i) => i % 4 !== 3 || value === 255);
  if (whole && opaque) return parseTrigger({ kind: 'stamp', target, pattern: fitPattern(picture) });
  return ownTrigger({ kind: 'patch', image: trigger, target });
}

/** The picture with the mask's brightness as its opacity. */
function maskedBy(picture: Picture, mask: Picture): Picture {
  const { width, height } = picture;
  if (mask.width !== width || mask.height !== height)
    throw new FmpError('the mask does not fit the trigger', {
      ...{ code: 'badInput', field: 'mask', got: `${String(mask.width)}×${String(mask.height)}` },
      expected: `${String(width)}×${String(height)}, as the trigger`,
      remedy: 'use a mask of the same size',
    });
  const rgba = picture.rgba.map((value, i) => {
    if (i % 4 !== 3) return value;
    const [red = 0, green = 0, blue = 0] = mask.rgba.subarray(i - 3, i);
    return Math.round((red + green + blue) / IMAGE_CHANNELS);
  });
  return { width, height, rgba };
}

function pictureOf({ width, height, data }: Pixels, field: string): Picture {
  const count = width * height;
  if (count > 0 && data.length === count * 4) return { width, height, rgba: Uint8Array.from(data) };
  if (count === 0 || data.length !== count * IMAGE_CHANNELS)
    throw new FmpError('the picture cannot be used', {
      ...{ code: 'badInput', field, got: `${String(data.length)} bytes` },
      expected: `3 or 4 bytes for each of ${String(width)}×${String(height)} pixels`,
      remedy: 'use another picture',
    });
  const rgba = new Uint8Array(count * 4).fill(255);
  for (let pixel = 0; pixel < count; pixel++)
    rgba.set(data.subarray(pixel * IMAGE_CHANNELS, (pixel + 1) * IMAGE_CHANNELS), pixel * 4);
  return { width, height, rgba };
}
