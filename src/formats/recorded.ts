import { z } from 'zod';
import { runSpecSchema } from '../core/runSpec.ts';

const stage = z.strictObject({
  acc: z.number(),
  asr: z.number().nullable(),
  ra: z.number().nullable(),
  nClean: z.int(),
  nTriggered: z.int(),
});

/** What a run came to, as `--json` writes it. */
export const runResultSchema = z.strictObject({
  spec: runSpecSchema,
  stages: z.strictObject({ backdoored: stage, pruned: stage, fineTuned: stage }),
  suspectedTarget: z
    .strictObject({
      class: z.int(),
      medianShare: z.number(),
      runnerUp: z.number(),
    })
    .nullable(),
  pruned: z.strictObject({ count: z.int(), perLayer: z.record(z.string(), z.int()) }),
  frg: z.strictObject({
    seconds: z.number(),
    maps: z.int(),
    images: z.int(),
    steps: z.int(),
    eps: z.number(),
    smoothing: z.number().gt(0).exactOptional(),
    gflops: z.number(),
    secondLook: z.strictObject({ refined: z.int(), changed: z.int() }).exactOptional(),
    backend: z.enum(['webgpu', 'wasm', 'cpu']),
    threads: z.int(),
  }),
  fineTune: z.strictObject({ seconds: z.number(), epochs: z.int() }),
});

/** A run of the terminal's engine that is shipped with the page, with where it comes from. */
const recordedRun = z.strictObject({
  /** lab, fineTuneOnly, random, oracle, paper or released. */
  label: z.string(),
  date: z.string(),
  commit: z.string(),
  device: z.string(),
  result: runResultSchema,
});

const recordedRuns = z.strictObject({ version: z.literal(1), runs: z.array(recordedRun) });

export type RecordedRun = z.infer<typeof recordedRun>;
export type RecordedRuns = z.infer<typeof recordedRuns>;

/** @throws ZodError when the file is not as this version writes it */
export function parseRecorded(value: unknown): RecordedRuns {
  return recordedRuns.parse(value);
}
