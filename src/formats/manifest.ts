import { z } from 'zod';
import { FmpError } from '../core/errors.ts';
import { firstIssue } from '../core/issue.ts';
import { architectureSchema } from './architectureSchema.ts';
import { attackSchema } from './attackSpec.ts';
import { fileField, idField, sha256Field, trainingSchema } from './fields.ts';

const rgb = z.tuple([z.number(), z.number(), z.number()]);
const spread = z.number().positive();
const measured = z.strictObject({ value: z.number().min(0).max(1), n: z.int().min(1) });

/** Everything about a bundled model that its weights do not say; see models/train/README.md. */
export const manifestSchema = z.strictObject({
  schema: z.literal(1),
  id: idField,
  title: z.string().min(1),
  summary: z.string().min(1),
  architecture: architectureSchema,
  /** Part of the network: (pixel − mean) / std, pixels in [0, 1]. */
  normalisation: z.strictObject({ mean: rgb, std: z.tuple([spread, spread, spread]) }),
  data: z.strictObject({
    id: z.enum(['signs', 'gtsrb', 'cifar10', 'cifar100']),
    trainImages: z.int().min(1),
    testImages: z.int().min(1),
    seed: z.int().min(0),
    sha256: z.strictObject({ train: sha256Field, test: sha256Field }),
  }),
  classes: z.array(z.string().min(1)),
  /** Null: a clean model. */
  attack: attackSchema.nullable(),
  training: trainingSchema,
  weights: z.strictObject({
    file: fileField,
    sha256: sha256Field,
    bytes: z.int().min(1),
    dtype: z.enum(['F16', 'F32', 'mixed']),
    maxLogitError: z.number().min(0),
  }),
  metrics: z.strictObject({
    acc: measured,
    asr: measured.nullable(),
    ra: measured.nullable(),
    /** The same on a second, smaller test set: images that were never compressed. */
    lossless: z
      .strictObject({ acc: measured, asr: measured.nullable(), ra: measured.nullable() })
      .optional(),
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** @throws FmpError badModel naming the first field that is wrong. */
export function parseManifest(value: unknown): Manifest {
  const result = manifestSchema.safeParse(value);
  if (!result.success) {
    const { field, got, expected } = firstIssue(result.error, value, 'manifest');
    throw badManifest(field, got, expected);
  }
  const manifest = result.data;
  const { classes } = manifest.architecture;
  if (manifest.classes.length !== classes)
    throw badManifest(
      'classes',
      JSON.stringify(manifest.classes),
      `${String(classes)} names, one per class`,
    );
  if (manifest.attack !== null && manifest.attack.target >= classes)
    throw badManifest(
      'attack.target',
      String(manifest.attack.target),
      `a class below ${String(classes)}`,
    );
  return manifest;
}

function badManifest(field: string, got: string, expected: string): FmpError {
  return new FmpError('the model manifest is not valid', {
    ...{ code: 'badModel', field, got, expected },
    remedy: 'download the model again or correct its manifest.json',
  });
}
