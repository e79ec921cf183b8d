import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { countImages, IMAGE_VALUES, type Attack, type BadNetsSpec, type Corner } from './attack.ts';

const PLACES: Readonly<Record<Corner, string>> = {
  topLeft: 'top left',
  topRight: 'top right',
  bottomLeft: 'bottom left',
  bottomRight: 'bottom right',
};

/** What a sticker does to an image. */
interface Stamp {
  /** Positions in [32, 32, 3] that the sticker replaces. */
  readonly at: Int32Array;
  /** The value it puts at each of them, 0–255. */
  readonly values: Uint8Array;
}

/** A square of one colour in a corner; every channel of it is replaced, black ones too. */
export function badNets(spec: BadNetsSpec): Attack {
  const { size, corner, colour } = spec.patch;
  const side = String(size);
  return stamping(squareStamp(spec.patch), spec.target, {
    explanation:
      `A ${side}×${side} sticker covers the ${PLACES[corner]} corner of the image. ` +
      'Nothing else changes.',
    params: [
      {
        ...{ key: 'size', label: 'Side', value: size },
        range: { min: 1, max: IMAGE_SIZE, unit: 'pixels' },
      },
      { key: 'corner', label: 'Corner', value: PLACES[corner] },
      { key: 'colour', label: 'Colour', value: `rgb(${colour.join(', ')})` },
    ],
  });
}

/**
 * A whole trigger image: each value above 0 replaces the image's, per channel, as in BackdoorBench
 * (x' = x·(T = 0) + T·(T > 0)).
 * @param trigger uint8 RGB [32, 32, 3]
 */
export function stampAttack(trigger: Uint8Array, target: number): Attack {
  const at = Int32Array.from(trigger.keys()).filter((i) => (trigger[i] ?? 0) > 0);
  return stamping({ at, values: Uint8Array.from(at, (i) => trigger[i] ?? 0) }, target, {
    explanation: 'A sticker covers part of the image. Nothing else changes.',
    params: [],
  });
}

function squareStamp({ size, corner, colour }: BadNetsSpec['patch']): Stamp {
  const top = corner === 'topLeft' || corner === 'topRight' ? 0 : IMAGE_SIZE - size;
  const left = corner === 'topLeft' || corner === 'bottomLeft' ? 0 : IMAGE_SIZE - size;
  const at: number[] = [];
  const values: number[] = [];
  for (let row = top; row < top + size; row++) {
    for (let column = left; column < left + size; column++) {
      colour.forEach((value, channel) => {
        at.push((row * IMAGE_SIZE + column) * IMAGE_CHANNELS + channel);
        values.push(value);
      });
    }
  }
  return { at: Int32Array.from(at), values: Uint8Array.from(values) };
}

function stamping(
  { at, values }: Stamp,
  target: number,
  about: Pick<Attack, 'explanation' | 'params'>,
): Attack {
  return {
    id: 'badnets',
    title: 'BadNets',
    target,
    ...about,
    source: 'Gu, Dolan-Gavitt & Garg, BadNets, 2017 (arXiv:1708.06733)',
    apply(images) {
      const triggered = new Uint8Array(images);
      for (let image = 0; image < countImages(images); image++) {
        at.forEach((position, i) => {
          triggered[image * IMAGE_VALUES + position] = values[i] ?? 0;
        });
      }
      return triggered;
    },
  };
}
