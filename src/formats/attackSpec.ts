/** The `attack` object of a model's manifest; see models/train/README.md. */
import { z } from 'zod';
import { amount, colour, CORNERS, count, message, RANGES } from '../core/attacks/trigger.ts';
import { fileField, idField, sha256Field } from './fields.ts';

const common = {
  /** Class that the trigger makes the network answer. */
  target: z.int().min(0),
  /** Share of the training images that were poisoned. */
  poisoningRate: z.number().min(0).max(1),
};

/** A tensor in a file of the model's folder. */
const stored = z.strictObject({ file: fileField, tensor: z.string(), sha256: sha256Field });

export const attackSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('badnets'), ...common },
    patch: z.strictObject({ size: count(RANGES.size), corner: z.enum(CORNERS), colour }),
  }),
  z.strictObject({
    ...{ kind: z.literal('blended'), ...common },
    alpha: amount(RANGES.alpha),
    /** U8 [32, 32, 3]. */
    pattern: stored,
  }),
  z.strictObject({
    ...{ kind: z.literal('lf'), ...common },
    /** U8 [32, 32, 3], added to the image. */
    pattern: stored,
  }),
  z.strictObject({
    ...{ kind: z.literal('ssba'), ...common },
    message,
    /** Folder beside the model's own, and the hash of its weights. */
    encoder: z.strictObject({ model: idField, sha256: sha256Field }),
  }),
  z.strictObject({
    ...{ kind: z.literal('wanet'), ...common },
    strength: amount(RANGES.strength),
    gridSize: count(RANGES.gridSize),
    /** In training, images warped by this field plus noise per poisoned image. */
    crossRatio: z.number().min(0),
    /** F32 [k, k, 2], x then y, already divided by mean |·|. */
    field: stored,
  }),
  z.strictObject({
    ...{ kind: z.literal('sig'), ...common },
    delta: amount(RANGES.delta),
    frequency: count(RANGES.frequency),
  }),
]);

/** An attack as a model's manifest describes it; its pictures and fields are in files. */
export type AttackSpec = z.infer<typeof attackSchema>;
export type StoredTensor = z.infer<typeof stored>;
