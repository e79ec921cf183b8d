import { z } from 'zod';
import { FmpError } from './errors.ts';
import { parseInput } from './issue.ts';

/**
 * The one description of a run: model, FRG, score, selection, fine-tuning, seed. The engine, the
 * command line, the URL, exports and tests all use it, so equal specs mean equal runs.
 */
export const runSpecSchema = z.strictObject({
  version: z.literal(1),
  /** Id of a bundled model, or the path of a model folder or safetensors file (terminal only). */
  model: z.string().min(1),
  preset: z.enum(['paper', 'released', 'lab', 'custom']),
  frg: z.strictObject({
    /** `projected`: Algorithm 1, x' within eps of x. `released`: x' = clamp(x0 + eps·sign(g)). */
    variant: z.enum(['projected', 'released']),
    /** Bound of the perturbation, pixels in [0, 1]; `auto` searches it without any trigger. */
    eps: z.union([z.number().min(0).max(1), z.literal('auto')]),
    steps: z.int().min(1).max(100),
    /** Step size, pixels in [0, 1]; `auto` is eps / 3. A single projected step uses eps itself. */
    alpha: z.union([z.number().min(0).max(1), z.literal('auto')]),
    /**
     * Standard deviation of the Gaussian that blurs every gradient before its sign is taken, pixels:
     * for triggers that are smooth. Absent: none, unless the search of `auto` ends with one.
     */
    smoothing: z.number().gt(0).max(16).exactOptional(),
    /** Clean images that every feature map is scored on. */
    images: z.int().min(1).max(512),
    maps: z.enum(['all', 'main', 'inner']),
    /** The first 16 images for every map, the others for the most suspicious quarter only. */
    twoStage: z.boolean().exactOptional(),
  }),
  score: z.enum(['accuracy', 'targetShare', 'collapse']),
  selection: z.enum(['global', 'perLayer']),
  /** The first floor(N / p) maps are pruned: a larger p prunes fewer. */
  p: z.number().min(1),
  /** Feature maps, by global index, that stay whatever their score; nothing takes their place. */
  keep: z.array(z.int().min(0)).exactOptional(),
  control: z.enum(['none', 'random', 'l1', 'fineTuneOnly', 'oracle']),
  fineTune: z.strictObject({
    /** 0 skips fine-tuning. */
    epochs: z.int().min(0).max(1000),
    /**
     * Ends after so many epochs without a better validation Acc, with the best one's weights; absent:
     * all epochs are run, and the last one's weights count.
     */
    patience: z.int().min(1).max(1000).exactOptional(),
    /** Share of the clean training images that the defender has, (0, 1]. */
    retrainRatio: z.number().gt(0).max(1),
    learningRate: z.number().gt(0).max(10),
    momentum: z.number().min(0).lt(1),
    weightDecay: z.number().min(0).max(1),
    batchSize: z.int().min(2).max(4096),
    /** Keep pruned feature maps at zero while fine-tuning. */
    mask: z.boolean(),
  }),
  evaluation: z.strictObject({
    /** Test images for Acc, and for ASR and RA before those of the target class are dropped. */
    images: z.int().min(1).max(1_000_000),
  }),
  seed: z.int().min(0).max(4294967295),
});

export type RunSpec = z.infer<typeof runSpecSchema>;
export type FineTuneSpec = RunSpec['fineTune'];
export type Preset = RunSpec['preset'];
export type Control = RunSpec['control'];

/** @throws FmpError badInput naming the first field that is wrong, what it got and the remedy. */
export function parseRunSpec(value: unknown): RunSpec {
  return parseInput(runSpecSchema, value, 'run spec', 'run again');
}

/** Maps to keep must be maps of the network. @throws FmpError badInput */
export function checkKeep(keep: readonly number[], maps: number): void {
  const wrong = keep.find((map) => map >= maps);
  if (wrong === undefined) return;
  throw new FmpError('there is no such feature map to keep', {
    ...{ code: 'badInput', field: 'keep', got: String(wrong) },
    expected: `0 to ${String(maps - 1)}`,
    remedy: 'name feature maps of this model',
  });
}

/** p must leave at least one candidate: 1 <= p <= N. @throws FmpError badInput */
export function checkP(p: number, candidates: number): void {
  if (p >= 1 && p <= candidates) return;
  throw new FmpError('p is out of range', {
    code: 'badInput',
    field: 'p',
    got: String(p),
    expected: `1 to ${String(candidates)} (the number of candidate feature maps)`,
    remedy: 'choose a smaller p to prune more feature maps, a larger one to prune fewer',
  });
}
