import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { createRandom, type Random } from '../random.ts';
import { freshField } from './field.ts';
import { CORNERS, MESSAGE_BITS, parseTrigger, PLACES, type TriggerSpec } from './trigger.ts';

/** Low Frequency's bound, 0.2 of 255. */
const LF_LEVELS = 51;
/** Waves across the image of the smoothest patterns, at most, in each direction. */
const SMOOTH = 2;

/**
 * Another trigger of the same kind: what is random about it drawn anew from the seed. The same seed
 * gives the same trigger. A picture of one's own moves to another place; blended, it stays.
 */
export function redraw(trigger: TriggerSpec, seed: number): TriggerSpec {
  const random = createRandom(seed, `redraw ${trigger.kind}`);
  return parseTrigger({ ...trigger, ...drawn(trigger, random) });
}

function drawn(trigger: TriggerSpec, random: Random): object {
  switch (trigger.kind) {
    case 'badnets':
      return {
        corner: CORNERS[random.below(CORNERS.length)],
        colour: [random.below(256), random.below(256), random.below(256)],
      };
    case 'stamp': {
      const levels = smoothPattern(random, 255);
      return { pattern: trigger.pattern.map((old, i) => (old > 0 ? (levels[i] ?? 0) : 0)) };
    }
    case 'blended':
      return { pattern: smoothPattern(random, 255) };
    case 'lf':
      return { pattern: smoothPattern(random, LF_LEVELS) };
    case 'sig':
      return { frequency: 2 + random.below(9), delta: 20 + random.below(41) };
    case 'wanet':
      return { field: freshField(trigger.gridSize, random) };
    case 'ssba':
      return {
        message: Array.from({ length: MESSAGE_BITS / 4 }, () => random.below(16).toString(16)).join(
          '',
        ),
      };
    case 'ownPatch':
      return { place: PLACES[random.below(PLACES.length)] };
    case 'ownBlend':
      return {};
  }
}

/** Smooth random colours from 0 to `levels`: few slow waves per channel. uint8 [32, 32, 3] */
function smoothPattern(random: Random, levels: number): Uint8Array {
  const values = new Float64Array(IMAGE_SIZE * IMAGE_SIZE * IMAGE_CHANNELS);
  for (let channel = 0; channel < IMAGE_CHANNELS; channel++)
    for (let down = 0; down <= SMOOTH; down++)
      for (let across = 0; across <= SMOOTH; across++) {
        const height = random.uniform();
        const phase = random.uniform();
        for (let pixel = 0; pixel < IMAGE_SIZE * IMAGE_SIZE; pixel++) {
          const [row, column] = [Math.floor(pixel / IMAGE_SIZE), pixel % IMAGE_SIZE];
          const turns = (down * row + across * column) / IMAGE_SIZE + phase;
          const at = pixel * IMAGE_CHANNELS + channel;
          values[at] = (values[at] ?? 0) + height * Math.cos(2 * Math.PI * turns);
        }
      }
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return Uint8Array.from(values, (value) => Math.round(((value - low) / (high - low)) * levels));
}
