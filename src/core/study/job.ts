/** The unit of comparisons and sweeps: one network, one defense, one seed. */
import { z } from 'zod';
import { DEFENSE_IDS, type DefenseId } from '../defenses/about.ts';
import type { WireError } from '../errors.ts';
import { parseInput } from '../issue.ts';
import { type FineTuneSpec, type RunSpec, runSpecSchema } from '../runSpec.ts';

/**
 * Part of every key of a kept result. To be raised whenever a change of the code changes what a job
 * measures, so that results from before it are made anew.
 */
export const STUDY_VERSION = 2;

/** FMP or one of its controls. */
export interface RunJob {
  readonly kind: 'run';
  readonly spec: RunSpec;
  /**
   * Feature maps are scored as if the retraining ratio were this one, null as the spec says. Of two
   * ratios the smaller one's images are among the larger one's, so a sweep over the ratio scores
   * the same images once.
   */
  readonly frgRatio: number | null;
}

/** One of the core's defenses. */
export interface DefenseJob {
  readonly kind: 'defense';
  readonly defense: DefenseId;
  readonly model: string;
  readonly seed: number;
  readonly fineTune: FineTuneSpec;
  readonly evaluation: RunSpec['evaluation'];
}

export type StudyJob = RunJob | DefenseJob;

const { model, seed, fineTune, evaluation } = runSpecSchema.shape;
const jobsSchema = z.array(
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('run'),
      spec: runSpecSchema,
      frgRatio: fineTune.shape.retrainRatio.nullable(),
    }),
    z.strictObject({
      kind: z.literal('defense'),
      defense: z.enum(DEFENSE_IDS),
      ...{ model, seed, fineTune, evaluation },
    }),
  ]),
);

/** @throws FmpError badInput naming the first field that is wrong */
export function parseJobs(value: unknown): readonly StudyJob[] {
  return parseInput(jobsSchema, value, 'list of jobs', 'start again');
}

export function modelOf(job: StudyJob): string {
  return job.kind === 'run' ? job.spec.model : job.model;
}

/** What a kept result is found by, as text. @param model tells it and its images from every other */
export function jobKey(job: StudyJob, model: string): string {
  return JSON.stringify([STUDY_VERSION, model, job]);
}

/** Rates on test images, fractions of 1; null where no trigger is known. */
export const ratesSchema = z.strictObject({
  acc: z.number(),
  asr: z.number().nullable(),
  ra: z.number().nullable(),
  nClean: z.int(),
  nTriggered: z.int(),
});

/** What a job came to. */
export const outcomeSchema = z.strictObject({
  /** Of the network as it came, and as the defense left it; on the same test images. */
  before: ratesSchema,
  after: ratesSchema,
  pruned: z.strictObject({
    count: z.int(),
    /** Null: this defense prunes nothing. */
    unit: z.enum(['feature maps', 'BN channels', 'pooled features']).nullable(),
  }),
  /** Of the defense alone, without measuring; by this many threads. */
  seconds: z.number(),
  threads: z.int(),
  backend: z.enum(['webgpu', 'wasm', 'cpu']),
  /** What else is worth knowing: thresholds chosen, classes suspected. */
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.array(z.number())])),
});

export type Rates = Readonly<z.infer<typeof ratesSchema>>;
export type StudyOutcome = Readonly<z.infer<typeof outcomeSchema>>;

/** `job` is the place in the list that was asked for. Jobs may be under way at the same time. */
export type StudyEvent =
  | { readonly kind: 'started'; readonly job: number }
  | {
      readonly kind: 'progress';
      readonly job: number;
      /** In words, e.g. "fine-tuning"; `done` of `total` are of this phase. */
      readonly phase: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'done'; readonly job: number; readonly outcome: StudyOutcome }
  /** This job alone failed; the others go on. */
  | { readonly kind: 'failed'; readonly job: number; readonly error: WireError };
