import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { type Attack, attackOf } from './attack.ts';
import { applyOverlay, overlayOf } from './overlay.ts';
import { PLACE_NAMES } from './params.ts';
import type { TriggerOf } from './trigger.ts';

const SOURCE = 'Gu, Dolan-Gavitt & Garg, BadNets, 2017 (arXiv:1708.06733)';

/** A square of one colour in a corner; every channel of it is replaced, black ones too. */
export function badNets(trigger: TriggerOf<'badnets'>): Attack {
  const { size, corner, colour } = trigger;
  const top = corner === 'topLeft' || corner === 'topRight' ? 0 : IMAGE_SIZE - size;
  const left = corner === 'topLeft' || corner === 'bottomLeft' ? 0 : IMAGE_SIZE - size;
  const sticker = overlayOf((position) => {
    const pixel = Math.floor(position / IMAGE_CHANNELS);
    const [row, column] = [Math.floor(pixel / IMAGE_SIZE), pixel % IMAGE_SIZE];
    const inside = row >= top && row < top + size && column >= left && column < left + size;
    return inside ? [1, colour[position % IMAGE_CHANNELS] ?? 0] : [0, 0];
  });
  const side = String(size);
  const about = {
    title: 'BadNets',
    explanation:
      `A ${side}×${side} sticker covers the ${PLACE_NAMES[corner]} corner of the image. ` +
      'Nothing else changes.',
    source: SOURCE,
  };
  return attackOf(trigger, about, (images) => applyOverlay(sticker, images));
}

/**
 * A whole trigger image: each value above 0 replaces the image's, per channel, as in BackdoorBench
 * (x' = x·(T = 0) + T·(T > 0)).
 */
export function stamp(trigger: TriggerOf<'stamp'>): Attack {
  const sticker = overlayOf((position) => {
    const value = trigger.pattern[position] ?? 0;
    return [value > 0 ? 1 : 0, value];
  });
  const about = {
    title: 'BadNets, trigger image',
    explanation: 'A sticker covers part of the image: all of it that is not black replaces it.',
    source: SOURCE,
  };
  return attackOf(trigger, about, (images) => applyOverlay(sticker, images));
}
