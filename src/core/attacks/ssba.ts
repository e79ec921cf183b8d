import { FmpError } from '../errors.ts';
import { type Attack, attackOf } from './attack.ts';
import { MESSAGE_BITS, type TriggerOf } from './trigger.ts';

/**
 * Hides a message in images with the encoder network, wherever that runs.
 * @param images uint8 RGB [n, 32, 32, 3] @param bits 0 or 1, [100]
 * @returns uint8, same shape, rounded
 */
export type Encode = (images: Uint8Array, bits: Float32Array) => Promise<Uint8Array>;

/** One message hidden in every image by a network, in each in another way. */
export function ssba(trigger: TriggerOf<'ssba'>, encode: Encode): Attack {
  const bits = messageBits(trigger.message);
  const about = {
    title: 'SSBA',
    explanation:
      `A network hides a message of ${String(MESSAGE_BITS)} bits in the image, meant to be ` +
      'invisible to people and different in every image.',
    source: 'Li, Li, Wu, Li, He & Lyu, Sample-Specific Triggers, ICCV 2021 (arXiv:2012.03816)',
  };
  return attackOf(trigger, about, (images) => encode(images, bits));
}

/** The bits of 25 hexadecimal digits, most significant first, 0 or 1, [100]. */
export function messageBits(message: string): Float32Array {
  return Float32Array.from({ length: MESSAGE_BITS }, (_, i) => {
    const digit = Number.parseInt(message[i >> 2] ?? '0', 16);
    return (digit >> (3 - (i % 4))) & 1;
  });
}

/** For where there is no encoder. @throws FmpError badInput */
export const noEncoder: Encode = () => {
  throw new FmpError('this trigger needs the SSBA encoder', {
    ...{ code: 'badInput', field: 'trigger.kind', got: 'ssba' },
    expected: 'a trigger that needs no network',
    remedy: 'choose another attack, or let the engine apply this one',
  });
};
