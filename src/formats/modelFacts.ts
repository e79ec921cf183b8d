import { z } from 'zod';
import type { Architecture } from '../core/network/architecture.ts';
import { manifestSchema } from './manifest.ts';

const { id, title, architecture, normalisation, classes, attack, metrics } = manifestSchema.shape;

/**
 * What a network is, wherever it came from. A bundled model's manifest says it and more; of a
 * checkpoint from outside some of it is told by a person and some is not known.
 */
export const modelFactsSchema = z.object({
  ...{ id, title, architecture, normalisation, classes },
  data: z.object({ id: z.enum(['signs', 'gtsrb', 'cifar10', 'cifar100', 'folder']) }),
  /** Null: trained clean. */
  attack: z.union([attack, z.literal('unknown')]),
  weights: z.object({ bytes: z.int().min(1) }),
  /** As its card gives them; null: not measured. */
  metrics: metrics.nullable(),
});

type Parsed = z.infer<typeof modelFactsSchema>;

export type ModelFacts = Readonly<Omit<Parsed, 'architecture' | 'classes'>> & {
  readonly architecture: Architecture;
  /** Names, one per class. */
  readonly classes: readonly string[];
};
