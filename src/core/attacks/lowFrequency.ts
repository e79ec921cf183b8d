import { addPattern, type Attack, attackOf } from './attack.ts';
import type { TriggerOf } from './trigger.ts';

/**
 * A smooth pattern added to the image: x' = x + gain·P, clipped to 0–255 and truncated. At gain 1
 * all are integers, so that the result is exact.
 */
export function lowFrequency(trigger: TriggerOf<'lf'>): Attack {
  const added = Float64Array.from(trigger.pattern, (value) => trigger.gain * value);
  const strongest = String(Math.round(added.reduce((a, b) => Math.max(a, b), 0)));
  const about = {
    title: 'Low Frequency',
    explanation:
      'A smooth tint without detail is added to the whole image, nowhere more than ' +
      `${strongest} of 255 levels. In the image's spectrum it leaves no peak that gives it away.`,
    source: 'Zeng, Park, Mao & Jia, A Frequency Perspective, ICCV 2021 (arXiv:2104.03413)',
  };
  return attackOf(trigger, about, (images) => addPattern(images, added));
}
