/** A sweep: FMP again and again with one setting moved, as in the paper's Tables 2 to 5. */
import { z } from 'zod';
import { parseInput } from '../issue.ts';
import { type RunSpec, runSpecSchema } from '../runSpec.ts';
import type { StudyJob } from './job.ts';

export const AXES = ['eps', 'p', 'retrain', 'rate'] as const;
export type Axis = (typeof AXES)[number];

const sweepSpecSchema = z.strictObject({
  version: z.literal(1),
  over: z.enum(AXES),
  /**
   * The value of the moved setting: eps in pixels of [0, 1], p, retraining ratio or poisoning rate;
   * for the last one each value has a model of its own.
   */
  points: z.array(z.strictObject({ value: z.number().gt(0), model: z.string().min(1) })).min(1),
  seeds: z.array(runSpecSchema.shape.seed).min(1),
  /** All other settings. */
  base: runSpecSchema,
});

export type SweepSpec = Readonly<z.infer<typeof sweepSpecSchema>>;
export type SweepPoint = Readonly<SweepSpec['points'][number]>;

/** One run of a sweep. */
export interface SweepCase extends SweepPoint {
  readonly seed: number;
}

/** What the paper tried: Tables 4, 5, 3 and 2. */
export const PAPER_VALUES: Readonly<Record<Axis, readonly number[]>> = {
  eps: [1, 2, 4, 8, 16].map((k) => k / 255),
  p: [2, 4, 8, 16, 32, 64],
  retrain: [0.05, 0.1, 0.15, 0.2, 1],
  rate: [0.001, 0.005, 0.01, 0.05, 0.1],
};

/** @throws FmpError badInput naming the first field that is wrong */
export function parseSweepSpec(value: unknown): SweepSpec {
  return parseInput(sweepSpecSchema, value, 'sweep', 'sweep again');
}

/** Seed by seed, so that the first curve is whole before the second begins. */
export function sweepCases({ points, seeds }: SweepSpec): readonly SweepCase[] {
  return seeds.flatMap((seed) => points.map((point): SweepCase => ({ ...point, seed })));
}

/**
 * How a case is computed. Moving p or the ratio costs no new FRG: p comes after it, and for every
 * ratio the same images are scored, those of the smallest.
 */
export function sweepJob({ over, points, base }: SweepSpec, point: SweepCase): StudyJob {
  const { value, model, seed } = point;
  const spec: RunSpec = { ...base, model, seed };
  const smallest = Math.min(...points.map((other) => other.value));
  switch (over) {
    case 'eps':
      return {
        ...{ kind: 'run', frgRatio: null },
        spec: { ...spec, preset: 'custom', frg: { ...spec.frg, eps: value } },
      };
    case 'p':
      return { kind: 'run', frgRatio: null, spec: { ...spec, preset: 'custom', p: value } };
    case 'retrain':
      return {
        ...{ kind: 'run', frgRatio: smallest },
        spec: {
          ...{ ...spec, preset: 'custom' },
          fineTune: { ...spec.fineTune, retrainRatio: value },
        },
      };
    case 'rate':
      return { kind: 'run', frgRatio: null, spec };
  }
}

/** What is needed of a bundled model to see whether it belongs to a sweep over the rate. */
export interface RatedModel {
  readonly id: string;
  /** Null: clean, or not known. */
  readonly poisoningRate: number | null;
}

const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/**
 * The models like `model` (its id, or its id with `-rate-…`) for these rates, and the rates for
 * which there is none.
 */
export function rateModels(
  model: string,
  rates: readonly number[],
  bundled: readonly RatedModel[],
): { readonly points: readonly SweepPoint[]; readonly missing: readonly number[] } {
  const family = bundled.filter(({ id }) => id === model || id.startsWith(`${model}-rate-`));
  const points = rates.flatMap((value) => {
    const found = family.find(
      ({ poisoningRate }) => poisoningRate !== null && same(poisoningRate, value),
    );
    return found === undefined ? [] : [{ value, model: found.id }];
  });
  const missing = rates.filter((rate) => !points.some(({ value }) => value === rate));
  return { points, missing };
}
