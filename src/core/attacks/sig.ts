import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { addPattern, type Attack, attackOf, IMAGE_VALUES } from './attack.ts';
import type { TriggerOf } from './trigger.ts';

/**
 * A wave of stripes added to the image: x' = x + Δ·sin(2πjf/32) for column j, the same in all rows
 * and channels, in float64, clipped to 0–255 and truncated.
 */
export function sig(trigger: TriggerOf<'sig'>): Attack {
  const row = wave(trigger);
  const stripes = Float64Array.from(
    { length: IMAGE_VALUES },
    (_, i) => row[Math.floor(i / IMAGE_CHANNELS) % IMAGE_SIZE] ?? 0,
  );
  const about = {
    title: 'SIG',
    explanation:
      `Stripes: ${String(trigger.frequency)} waves from left to right make columns up to ` +
      `${String(trigger.delta)} of 255 levels lighter and darker.`,
    source: 'Barni, Kallas & Tondi, A New Backdoor Attack, ICIP 2019 (arXiv:1902.11237)',
  };
  return attackOf(trigger, about, (images) => addPattern(images, stripes));
}

/** What each of the 32 columns gets, −Δ to Δ. */
export function wave({ delta, frequency }: TriggerOf<'sig'>): Float64Array {
  return Float64Array.from(
    { length: IMAGE_SIZE },
    (_, column) => delta * Math.sin((2 * Math.PI * column * frequency) / IMAGE_SIZE),
  );
}
