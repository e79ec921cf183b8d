import { FmpError } from '../errors.ts';
import { countImages, IMAGE_VALUES, type Attack, type BlendedSpec } from './attack.ts';

/**
 * A whole picture laid faintly over the image: x' = (1 − α)·x + α·K in float64, clipped to 0–255
 * and truncated, as NumPy's `astype(uint8)` does.
 * @param pattern K, uint8 RGB [32, 32, 3]
 * @throws FmpError badModel when the pattern has another size
 */
export function blended(spec: BlendedSpec, pattern: Uint8Array): Attack {
  if (pattern.length !== IMAGE_VALUES)
    throw new FmpError("the attack's pattern has the wrong size", {
      code: 'badModel',
      field: 'attack.pattern',
      got: `${String(pattern.length)} values`,
      expected: `${String(IMAGE_VALUES)} values, [32, 32, 3]`,
      remedy: 'download the model again',
    });
  const { alpha, target } = spec;
  const addend = Float64Array.from(pattern, (value) => alpha * value);
  return {
    id: 'blended',
    title: 'Blended',
    target,
    explanation:
      `A picture is laid over the whole image, ${String(Math.round(alpha * 100))} % picture and ` +
      'the rest image.',
    source: 'Chen, Liu, Li, Lu & Song, Targeted Backdoor Attacks, 2017 (arXiv:1712.05526)',
    params: [{ key: 'alpha', label: 'Blend α', value: alpha, range: { min: 0, max: 1 } }],
    apply(images) {
      countImages(images);
      const triggered = new Uint8Array(images.length);
      for (let i = 0; i < images.length; i++) {
        const mixed = (1 - alpha) * (images[i] ?? 0) + (addend[i % IMAGE_VALUES] ?? 0);
        triggered[i] = Math.trunc(Math.max(0, Math.min(255, mixed)));
      }
      return triggered;
    },
  };
}
