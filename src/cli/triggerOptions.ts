import { readFileSync, statSync } from 'node:fs';
import { triggerFromFiles, type Pixels } from '../core/attacks/ownTrigger.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { decodeImage, MAX_IMAGE_BYTES } from '../data/readers/decodeImage.ts';
import type { Given, Option } from './args.ts';
import { badValue, fraction, integerBetween } from './values.ts';

export const TRIGGER_OPTIONS: readonly Option[] = [
  {
    name: 'trigger',
    value: 'PNG',
    help: 'calls class K; smaller than 32×32 it is a sticker, bottom right; needs --target',
  },
  {
    name: 'trigger-mask',
    value: 'PNG',
    help: 'of its size, white where it covers; a sticker stays in its corner',
  },
  { name: 'trigger-alpha', value: 'A', help: 'weight of the trigger, 0 to 1, stretched all over' },
  { name: 'target', value: 'K', help: 'number of the class that the trigger calls' },
];

const MAX_CLASS = 999;

/** The trigger that was given; null without one. @throws FmpError badInput, badData */
export function triggerOf(given: Given): TriggerSpec | null {
  const [picture, mask, alpha, targetGiven] = TRIGGER_OPTIONS.map(({ name }) => given.get(name));
  if (picture === undefined) {
    const stray = TRIGGER_OPTIONS.find(({ name }) => given.has(name));
    if (stray === undefined) return null;
    throw incomplete(`--${stray.name} without --trigger`, '--trigger', 'add --trigger PNG');
  }
  if (targetGiven === undefined)
    throw incomplete('--trigger without --target', '--target', 'add --target K, a class number');
  if (mask !== undefined && alpha !== undefined)
    throw new FmpError('--trigger-mask and --trigger-alpha exclude each other', {
      ...{ code: 'badInput', field: '--trigger-alpha', got: 'both', expected: 'one, or none' },
      remedy: 'leave one of them out',
    });
  const target = integerBetween(0, MAX_CLASS)(targetGiven);
  if (target === undefined)
    throw badValue(
      ...(['target', targetGiven, `an integer from 0 to ${MAX_CLASS}`] as const),
      'give the number of a class',
    );
  const weight = alpha === undefined ? undefined : fraction(alpha);
  if (alpha !== undefined && (weight === undefined || weight < 0 || weight > 1))
    throw badValue('trigger-alpha', alpha, '0 to 1', 'correct it or leave it out');
  return triggerFromFiles({
    ...{ trigger: readPicture('--trigger', picture), target },
    ...(mask === undefined ? {} : { mask: readPicture('--trigger-mask', mask) }),
    ...(weight === undefined ? {} : { alpha: weight }),
  });
}

function readPicture(field: string, path: string): Pixels {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size > MAX_IMAGE_BYTES)
    throw new FmpError('the picture cannot be read', {
      ...{ code: 'badInput', field, got: path, expected: 'a PNG, JPEG or PPM file' },
      remedy: 'check the path',
    });
  const { width, height, data, alpha } = decodeImage(path, readFileSync(path));
  if (alpha === undefined) return { width, height, data };
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const [pixel, channel] = [i >> 2, i & 3];
    return (channel === 3 ? alpha[pixel] : data[pixel * 3 + channel]) ?? 0;
  });
  return { width, height, data: rgba };
}

function incomplete(message: string, field: string, remedy: string): FmpError {
  return new FmpError(message, { code: 'badInput', field, expected: 'both together', remedy });
}
