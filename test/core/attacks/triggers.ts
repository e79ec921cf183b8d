/** One trigger of each kind, and pictures to try them on. */
import fc from 'fast-check';
import { IMAGE_VALUES } from '../../../src/core/attacks/attack.ts';
import { freshField } from '../../../src/core/attacks/field.ts';
import type { Picture, TriggerKind, TriggerSpec } from '../../../src/core/attacks/trigger.ts';
import { createRandom } from '../../../src/core/random.ts';

export const image = fc.uint8Array({ minLength: IMAGE_VALUES, maxLength: IMAGE_VALUES });

/** n images of noise. */
export function noise(n: number, seed = 0): Uint8Array {
  const random = createRandom(seed, 'noise');
  return Uint8Array.from({ length: n * IMAGE_VALUES }, () => random.below(256));
}

/** uint8 [32, 32, 3] of one value. */
export const flat = (value: number): Uint8Array => new Uint8Array(IMAGE_VALUES).fill(value);

/** Two pixels beside each other: opaque red, half-transparent green. */
export const TWO_PIXELS: Picture = {
  ...{ width: 2, height: 1 },
  rgba: Uint8Array.of(255, 0, 0, 255, 0, 200, 0, 51),
};

const pattern = noise(1, 1).map((value) => value >> 2);

/** Every kind that needs no network. */
export const TRIGGERS = {
  badnets: { kind: 'badnets', target: 1, size: 3, corner: 'bottomRight', colour: [255, 9, 0] },
  stamp: { kind: 'stamp', target: 1, pattern: flat(0).fill(77, 3000) },
  blended: { kind: 'blended', target: 1, alpha: 0.2, pattern },
  lf: { kind: 'lf', target: 1, gain: 1, pattern },
  sig: { kind: 'sig', target: 1, delta: 40, frequency: 6 },
  wanet: {
    ...{ kind: 'wanet', target: 1, strength: 0.5, gridSize: 4 },
    field: freshField(4, createRandom(1, 'field')),
  },
  ownPatch: {
    ...{ kind: 'ownPatch', target: 1, picture: TWO_PIXELS },
    ...{ size: 8, place: 'topLeft', alpha: 1 },
  },
  ownBlend: { kind: 'ownBlend', target: 1, picture: TWO_PIXELS, alpha: 0.2 },
} as const satisfies Partial<Record<TriggerKind, TriggerSpec>>;

export const SSBA = {
  ...{ kind: 'ssba', target: 1, message: '0123456789abcdef012345678' },
} as const satisfies TriggerSpec;
