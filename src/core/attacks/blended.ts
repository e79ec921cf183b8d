import { type Attack, attackOf } from './attack.ts';
import { applyOverlay, overlayOf } from './overlay.ts';
import type { TriggerOf } from './trigger.ts';

/**
 * A whole picture laid faintly over the image: x' = (1 − α)·x + α·K in float64, clipped to 0–255
 * and truncated, as NumPy's `astype(uint8)` does.
 */
export function blended(trigger: TriggerOf<'blended'>): Attack {
  const { alpha, pattern } = trigger;
  const veil = overlayOf((position) => [alpha, pattern[position] ?? 0]);
  const about = {
    title: 'Blended',
    explanation:
      `A picture is laid over the whole image, ${String(Math.round(alpha * 100))} % picture and ` +
      'the rest image.',
    source: 'Chen, Liu, Li, Lu & Song, Targeted Backdoor Attacks, 2017 (arXiv:1712.05526)',
  };
  return attackOf(trigger, about, (images) => applyOverlay(veil, images));
}
