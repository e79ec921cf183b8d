/** Comparisons and sweeps as files: what `--json` writes and what is shipped with the page. */
import { z } from 'zod';
import { runSpecSchema } from '../runSpec.ts';
import { outcomeSchema } from './job.ts';
import { METHOD_IDS } from './methods.ts';
import { AXES } from './sweepSpec.ts';

/** Where and when a result was measured. */
const source = {
  /** ISO date. */
  date: z.string(),
  commit: z.string(),
  device: z.string(),
};

/** What is said of a model beside its id, so that a file can be read without the models. */
const subject = z.strictObject({
  id: z.string(),
  title: z.string(),
  data: z.string(),
  /** Kind of attack; null for a clean model. */
  attack: z.string().nullable(),
  poisoningRate: z.number().nullable(),
});

const compareRow = z.strictObject({
  model: z.string(),
  method: z.enum(METHOD_IDS),
  seed: z.int(),
  ...source,
  outcome: outcomeSchema,
});

/** What was on show when the page wrote the file; absent where the terminal did. */
const view = z.enum(['defender', 'oracle']).exactOptional();

const compareFile = z.strictObject({
  version: z.literal(1),
  kind: z.literal('compare'),
  view,
  models: z.array(subject),
  /** As in a comparison's spec: the budget and the test images of every row. */
  base: runSpecSchema,
  rows: z.array(compareRow),
});

const sweepRow = z.strictObject({
  value: z.number(),
  model: z.string(),
  seed: z.int(),
  ...source,
  outcome: outcomeSchema,
});

const sweepRecord = z.strictObject({
  over: z.enum(AXES),
  /** The one that the sweep is about. */
  model: z.string(),
  base: runSpecSchema,
  rows: z.array(sweepRow),
});

const sweepFile = z.strictObject({
  version: z.literal(1),
  kind: z.literal('sweeps'),
  view,
  models: z.array(subject),
  sweeps: z.array(sweepRecord),
});

export type Subject = Readonly<z.infer<typeof subject>>;
export type CompareRow = Readonly<z.infer<typeof compareRow>>;
export type CompareFile = Readonly<z.infer<typeof compareFile>>;
export type SweepRow = Readonly<z.infer<typeof sweepRow>>;
export type SweepRecord = Readonly<z.infer<typeof sweepRecord>>;
export type SweepFile = Readonly<z.infer<typeof sweepFile>>;

/** @throws ZodError when the file is not as this version writes it */
export function parseCompareFile(value: unknown): CompareFile {
  return compareFile.parse(value);
}

/** @throws ZodError when the file is not as this version writes it */
export function parseSweepFile(value: unknown): SweepFile {
  return sweepFile.parse(value);
}
