/** Fields that the manifests of models and of the SSBA encoder share. */
import { z } from 'zod';

export const sha256Field = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
export const fileField = z
  .string()
  .regex(/^\w[\w.-]*$/, 'expected a plain file name without folders');
export const idField = z.string().regex(/^[a-z0-9-]+$/);

/** How the weights were made: enough to make them again. */
export const trainingSchema = z.strictObject({
  command: z.string(),
  framework: z.string(),
  seed: z.int(),
  epochs: z.int(),
  batchSize: z.int(),
  optimizer: z.string(),
  schedule: z.string(),
  augmentation: z.string(),
  seconds: z.number(),
});
