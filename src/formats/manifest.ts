import { z } from 'zod';
import type { AttackSpec } from '../core/attacks/attack.ts';
import { FmpError } from '../core/errors.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const rgb = z.tuple([z.number(), z.number(), z.number()]);
const spread = z.number().positive();
const byte = z.int().min(0).max(255);
const measured = z.strictObject({ value: z.number().min(0).max(1), n: z.int().min(1) });
const file = z.string().regex(/^\w[\w.-]*$/, 'expected a plain file name without folders');

const attackSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('badnets'),
    target: z.int().min(0),
    poisoningRate: z.number().min(0).max(1),
    patch: z.strictObject({
      size: z.int().min(1).max(32),
      corner: z.enum(['topLeft', 'topRight', 'bottomLeft', 'bottomRight']),
      colour: z.tuple([byte, byte, byte]),
    }),
  }),
  z.strictObject({
    kind: z.literal('blended'),
    target: z.int().min(0),
    poisoningRate: z.number().min(0).max(1),
    alpha: z.number().min(0).max(1),
    pattern: z.strictObject({ file, tensor: z.string(), sha256 }),
  }),
]) satisfies z.ZodType<AttackSpec>;

/** Everything about a bundled model that its weights do not say; see models/train/README.md. */
export const manifestSchema = z.strictObject({
  schema: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  summary: z.string().min(1),
  architecture: z.strictObject({
    family: z.literal('PreActResNet'),
    width: z.int().min(1).max(512),
    blocks: z.array(z.int().min(1).max(8)).min(1).max(4),
    classes: z.int().min(2).max(1000),
  }),
  /** Part of the network: (pixel − mean) / std, pixels in [0, 1]. */
  normalisation: z.strictObject({ mean: rgb, std: z.tuple([spread, spread, spread]) }),
  data: z.strictObject({
    id: z.enum(['signs', 'gtsrb', 'cifar10', 'cifar100']),
    trainImages: z.int().min(1),
    testImages: z.int().min(1),
    seed: z.int().min(0),
    sha256: z.strictObject({ train: sha256, test: sha256 }),
  }),
  classes: z.array(z.string().min(1)),
  /** Null: a clean model. */
  attack: attackSchema.nullable(),
  training: z.strictObject({
    command: z.string(),
    framework: z.string(),
    seed: z.int(),
    epochs: z.int(),
    batchSize: z.int(),
    optimizer: z.string(),
    schedule: z.string(),
    augmentation: z.string(),
    seconds: z.number(),
  }),
  weights: z.strictObject({
    file,
    sha256,
    bytes: z.int().min(1),
    dtype: z.enum(['F16', 'F32', 'mixed']),
    maxLogitError: z.number().min(0),
  }),
  metrics: z.strictObject({
    acc: measured,
    asr: measured.nullable(),
    ra: measured.nullable(),
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** @throws FmpError badModel naming the first field that is wrong. */
export function parseManifest(value: unknown): Manifest {
  const result = manifestSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const path = issue?.path ?? [];
    const got = path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
      value,
    );
    const field = path.length === 0 ? 'manifest' : path.join('.');
    throw badManifest(field, got, issue?.message ?? 'a valid manifest');
  }
  const manifest = result.data;
  const { classes } = manifest.architecture;
  if (manifest.classes.length !== classes)
    throw badManifest('classes', manifest.classes, `${String(classes)} names, one per class`);
  if (manifest.attack !== null && manifest.attack.target >= classes)
    throw badManifest('attack.target', manifest.attack.target, `a class below ${String(classes)}`);
  return manifest;
}

function badManifest(field: string, got: unknown, expected: string): FmpError {
  const text = got === undefined ? 'nothing' : JSON.stringify(got);
  return new FmpError('the model manifest is not valid', {
    code: 'badModel',
    field,
    got: text.length > 80 ? `${text.slice(0, 80)}…` : text,
    expected,
    remedy: 'download the model again or correct its manifest.json',
  });
}
