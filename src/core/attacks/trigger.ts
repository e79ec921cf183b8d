import { z } from 'zod';
import { FmpError } from '../errors.ts';
import { firstIssue } from '../issue.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';

/** What a number may be, and the step of a control that changes it. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit?: string;
}

/** Range of every number of every trigger, by its name there. */
export const RANGES = {
  /** Side of a patch; the longer side of one's own. */
  size: { min: 1, max: IMAGE_SIZE, step: 1, unit: 'pixels' },
  /** Weight of a picture that is mixed in, or opacity of a patch. */
  alpha: { min: 0, max: 1, step: 0.01 },
  /** Multiple of the stored pattern that is added; 1 is the pattern itself. */
  gain: { min: 0, max: 4, step: 0.1 },
  /** Height of the wave. */
  delta: { min: 0, max: 255, step: 1, unit: 'grey levels' },
  /** Waves across the image; beyond 16 the 32 columns cannot show it. */
  frequency: { min: 1, max: IMAGE_SIZE / 2, step: 1, unit: 'waves' },
  /** s: how far the field shifts pixels. */
  strength: { min: 0, max: 4, step: 0.05 },
  /** k: the field has k×k random shifts. */
  gridSize: { min: 2, max: 16, step: 1 },
} as const satisfies Readonly<Record<string, NumberRange>>;

export const CORNERS = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'] as const;
export const PLACES = [...CORNERS, 'centre'] as const;
export type Place = (typeof PLACES)[number];
/** Not one of the places by name, but where `at` says. */
export const FREE = 'free';

/** Bits of an SSBA message: 25 hexadecimal digits, most significant bit first. */
export const MESSAGE_BITS = 100;
export const MESSAGE_PATTERN = '^[0-9a-f]{25}$';

/** A number in a range. */
export const amount = ({ min, max }: NumberRange): z.ZodNumber => z.number().min(min).max(max);
/** A whole number in a range. */
export const count = ({ min, max }: NumberRange): z.ZodInt => z.int().min(min).max(max);

const pixel = z
  .int()
  .min(0)
  .max(IMAGE_SIZE - 1);
const byte = z.int().min(0).max(255);
export const colour = z.tuple([byte, byte, byte]);
export const message = z
  .string()
  .regex(new RegExp(MESSAGE_PATTERN), 'expected 25 lower-case hexadecimal digits');

const VALUES = IMAGE_SIZE * IMAGE_SIZE * IMAGE_CHANNELS;
/** uint8 RGB [32, 32, 3]. */
const pattern = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.length === VALUES,
  `expected ${String(VALUES)} bytes, RGB [32, 32, 3]`,
);

/** uint8 RGBA of any size, row-major [height, width, 4]. */
const picture = z
  .strictObject({
    width: z.int().min(1),
    height: z.int().min(1),
    rgba: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes'),
  })
  .refine(
    ({ width, height, rgba }) => rgba.length === width * height * 4,
    'expected 4 bytes per pixel',
  );

const target = z.int().min(0);

const schema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('badnets'), target },
    ...{ size: count(RANGES.size), corner: z.enum(CORNERS), colour },
  }),
  z.strictObject({ kind: z.literal('stamp'), target, pattern }),
  z.strictObject({ kind: z.literal('blended'), target, alpha: amount(RANGES.alpha), pattern }),
  z.strictObject({ kind: z.literal('lf'), target, gain: amount(RANGES.gain), pattern }),
  z.strictObject({
    ...{ kind: z.literal('sig'), target },
    ...{ delta: amount(RANGES.delta), frequency: count(RANGES.frequency) },
  }),
  z
    .strictObject({
      ...{ kind: z.literal('wanet'), target },
      ...{ strength: amount(RANGES.strength), gridSize: count(RANGES.gridSize) },
      /** Random shifts, float32 [k, k, 2], x then y, already divided by mean |·|. */
      field: z.custom<Float32Array>(
        (value) => value instanceof Float32Array && value.every(Number.isFinite),
        'expected finite float32 values',
      ),
    })
    .refine(({ gridSize: k, field }) => field.length === k * k * 2, {
      ...{ path: ['field'], message: 'expected k × k × 2 values' },
    }),
  z.strictObject({ kind: z.literal('ssba'), target, message }),
  z.strictObject({
    ...{ kind: z.literal('ownPatch'), target, picture },
    ...{ size: count(RANGES.size), alpha: amount(RANGES.alpha) },
    place: z.enum([...PLACES, FREE]),
    /** Column and row of its first pixel, for the place `free`; all of it stays in the image. */
    at: z.tuple([pixel, pixel]).exactOptional(),
  }),
  z.strictObject({
    ...{ kind: z.literal('ownBlend'), target, picture, alpha: amount(RANGES.alpha) },
  }),
]);

/**
 * A trigger with all that it needs but code and SSBA's encoder: plain data that crosses threads.
 * A model's manifest describes one, a control changes one (`withParams`), a person draws one
 * (`ownTrigger`), and `createAttack` puts it to work.
 */
export type TriggerSpec = Readonly<z.infer<typeof schema>>;
export type TriggerKind = TriggerSpec['kind'];
export type TriggerOf<K extends TriggerKind> = Extract<TriggerSpec, { readonly kind: K }>;
export type Corner = TriggerOf<'badnets'>['corner'];
/** uint8 RGBA, row-major [height, width, 4]. */
export type Picture = TriggerOf<'ownPatch'>['picture'];

/**
 * @param classes of the model that the trigger is for, where that is known
 * @throws FmpError badInput naming the first field that is wrong, what it got and expected
 */
export function parseTrigger(value: unknown, classes = Infinity): TriggerSpec {
  const result = schema.safeParse(value);
  if (result.success && result.data.target < classes) return result.data;
  if (result.success)
    throw new FmpError('the trigger calls a class that the model does not have', {
      ...{ code: 'badInput', field: 'trigger.target', got: String(result.data.target) },
      expected: `0 to ${String(classes - 1)}`,
      remedy: 'choose one of its classes',
    });
  const { field, ...facts } = firstIssue(result.error, value, 'trigger');
  throw new FmpError('the trigger cannot be used', {
    ...{ code: 'badInput', field: field === 'trigger' ? field : `trigger.${field}` },
    ...facts,
    remedy: 'choose another value',
  });
}
