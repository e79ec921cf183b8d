/** A comparison: every model by every method with every seed, on one budget. */
import { z } from 'zod';
import { parseInput } from '../issue.ts';
import { presetSpec } from '../presets.ts';
import { type RunSpec, runSpecSchema } from '../runSpec.ts';
import type { RunJob, StudyJob } from './job.ts';
import { isDefense, METHOD_IDS, type MethodId } from './methods.ts';

const compareSpecSchema = z.strictObject({
  version: z.literal(1),
  models: z.array(z.string().min(1)).min(1),
  methods: z.array(z.enum(METHOD_IDS)).min(1),
  seeds: z.array(runSpecSchema.shape.seed).min(1),
  /**
   * FMP as it is compared, and the source of what is common to all: its fine-tuning is the budget
   * (epochs, clean images), its evaluation says how many test images. Its model and seed are not
   * used.
   */
  base: runSpecSchema,
});

export type CompareSpec = Readonly<z.infer<typeof compareSpecSchema>>;

/** One cell of a comparison. */
export interface CompareCase {
  readonly model: string;
  readonly method: MethodId;
  readonly seed: number;
}

/** @throws FmpError badInput naming the first field that is wrong */
export function parseCompareSpec(value: unknown): CompareSpec {
  return parseInput(compareSpecSchema, value, 'comparison', 'compare again');
}

/** Model by model; within one, all methods of a seed before the next seed. */
export function casesOf({ models, methods, seeds }: CompareSpec): readonly CompareCase[] {
  return models.flatMap((model) =>
    seeds.flatMap((seed) => methods.map((method): CompareCase => ({ model, method, seed }))),
  );
}

/** How a case is computed. */
export function jobOf(base: RunSpec, { model, method, seed }: CompareCase): StudyJob {
  const { fineTune, evaluation } = base;
  if (isDefense(method))
    return { kind: 'defense', defense: method, model, seed, fineTune, evaluation };
  const run = (spec: RunSpec): RunJob => ({ kind: 'run', spec, frgRatio: null });
  const mine = { ...base, model, seed };
  switch (method) {
    case 'fmp':
      return run({ ...mine, control: 'none' });
    case 'fmp-paper':
    case 'fmp-released': {
      const preset = presetSpec(method === 'fmp-paper' ? 'paper' : 'released', model);
      const same = JSON.stringify(preset.fineTune) === JSON.stringify(fineTune);
      return run({
        ...preset,
        ...{ preset: same ? preset.preset : 'custom', seed, fineTune, evaluation },
      });
    }
    case 'random':
    case 'l1':
    case 'fineTuneOnly':
    case 'oracle':
      return run({ ...mine, control: method });
  }
}
