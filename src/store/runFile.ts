/**
 * A run as a file: everything the page shows of it, so that opening it again draws the same charts.
 * The first run that a visitor sees is one of these.
 */
import { z } from 'zod';
import { parseTrigger, type TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { smoothnessOf } from '../core/frg/bound.ts';
import type { EpsFinding } from '../core/frg/epsSearch.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { type NetworkPlan, planNetwork } from '../core/network/plan.ts';
import { runSpecSchema } from '../core/runSpec.ts';
import { sha256Field } from '../formats/fields.ts';
import { type ModelFacts, modelFactsSchema } from '../formats/modelFacts.ts';
import { runResultSchema } from '../formats/recorded.ts';
import { tfjsModel } from './tfjsModel.ts';
import { parseTyped, stringifyTyped } from './typedJson.ts';
import type { LoadedModel } from '../bridge/protocol.ts';
import type { Provenance, ResultsSlice } from './resultsState.ts';
import type { AppState } from './state.ts';

const bytes = z.instanceof(Uint8Array);
const shorts = z.instanceof(Int16Array);
const ints = z.instanceof(Int32Array);
const floats = z.instanceof(Float32Array);
const rate = z.strictObject({ hits: z.int().min(0), n: z.int().min(0), value: z.number() });
const smoothing = z.number().gt(0).exactOptional();
const probabilities = z.strictObject({ clean: floats, triggered: floats.nullable() });

const suspect = z.strictObject({
  class: z.int().min(0),
  medianShare: z.number(),
  runnerUp: z.strictObject({ class: z.int().min(0), medianShare: z.number() }),
  margin: z.number(),
  /** Not in the first files; there a class had to lead by as much as where none are read right. */
  right: z.number().min(0).max(1).default(0),
  dominant: z.boolean(),
});

const provenance = z.strictObject({ date: z.string(), commit: z.string(), device: z.string() });

const stage = z.strictObject({
  metrics: z.strictObject({ acc: rate, asr: rate.nullable(), ra: rate.nullable() }),
  predictions: z.strictObject({
    ...{ clean: shorts, cleanLabels: ints },
    ...{ triggered: shorts.nullable(), triggeredLabels: ints.nullable() },
  }),
  probabilities,
  pruned: z.int().min(0),
  keep: z.array(z.int().min(0)).exactOptional(),
  p: z.number().nullable(),
  spec: runSpecSchema.exactOptional(),
  triggeredOf: z.int().min(1).exactOptional(),
  validation: rate.exactOptional(),
  recorded: provenance.nullable(),
});

const runFileSchema = z.strictObject({
  format: z.literal('fmp-lab-run'),
  version: z.literal(1),
  /** Of everything that does not say otherwise by itself. */
  provenance,
  model: z.strictObject({
    manifest: modelFactsSchema.extend({
      weights: modelFactsSchema.shape.weights.extend({ sha256: sha256Field.exactOptional() }),
    }),
    /** Checked by `parseTrigger`. */
    trigger: z.unknown(),
    samples: z.strictObject({ labels: ints, clean: bytes, triggered: bytes.nullable() }),
    probabilities,
    trainImages: z.int().min(1),
    testImages: z.int().min(1),
    stored: z
      .strictObject({ images: z.int().min(0), target: z.int().min(0).nullable() })
      .exactOptional(),
  }),
  spec: runSpecSchema,
  /** What was on show when the file was written, and whether p was chosen after an Oracle look. */
  choice: z
    .strictObject({ lens: z.enum(['defender', 'oracle']), informed: z.boolean() })
    .default({ lens: 'defender', informed: false }),
  seconds: z.number().nullable(),
  epsCandidates: z.array(
    z.strictObject({ eps: z.number(), smoothing, suspect: suspect.nullable() }),
  ),
  table: z.strictObject({
    ...{ maps: ints, labels: ints, predictions: shorts },
    ...{ classes: z.int().min(2), rows: z.int().min(0), smoothing },
  }),
  results: z.strictObject({
    sweep: z.strictObject({
      spec: runSpecSchema,
      ...{ eps: z.number(), smoothing, steps: z.int(), images: z.int(), maps: z.int() },
      ...{ complete: z.boolean(), seconds: z.number().nullable(), gflops: z.number().nullable() },
      recorded: provenance.nullable(),
    }),
    stages: z.strictObject({
      backdoored: stage.exactOptional(),
      pruned: stage.exactOptional(),
      fineTuned: stage.exactOptional(),
    }),
    epochs: z.array(
      z.strictObject({ epoch: z.int(), epochs: z.int(), loss: z.number(), validation: rate }),
    ),
    selected: z.int().nullable(),
    change: floats.nullable().default(null),
    curve: z
      .strictObject({
        score: runSpecSchema.shape.score,
        selection: runSpecSchema.shape.selection,
        ...{ counts: ints, acc: floats, random: floats.exactOptional() },
      })
      .nullable(),
    result: runResultSchema.nullable(),
  }),
});

/** A run that was opened, checked, and is ready to be shown. */
export interface OpenedRun {
  readonly model: LoadedModel;
  /** SHA-256 of its weights file; null where the run was of a network that somebody brought. */
  readonly network: string | null;
  readonly spec: AppState['run']['spec'];
  readonly informed: boolean;
  readonly seconds: number | null;
  readonly epsCandidates: readonly EpsFinding[];
  readonly table: FrgTable;
  readonly results: ResultsSlice;
}

/** The run on show as the text of a file; null before there is a sweep. */
export function writeRunFile(
  { session, run, results, view }: AppState,
  table: FrgTable | null,
  measured: Provenance,
): string | null {
  const { model } = session;
  if (model === null || results.sweep === null || table === null) return null;
  const {
    manifest,
    trigger,
    samples,
    probabilities: sure,
    trainImages,
    testImages,
    stored,
  } = model;
  return stringifyTyped({
    format: 'fmp-lab-run',
    version: 1,
    provenance: measured,
    model: {
      ...{ manifest, trigger, samples, probabilities: sure, trainImages, testImages },
      ...(stored && { stored }),
    },
    spec: run.spec,
    choice: { lens: view.lens, informed: run.informed },
    seconds: run.seconds,
    epsCandidates: run.epsCandidates.map(({ eps, suspect: found, ...rest }) => ({
      ...{ eps, ...smoothnessOf(rest), suspect: found },
    })),
    table,
    results,
  });
}

/** @throws FmpError badData naming what is wrong with the file */
export function readRunFile(text: string): OpenedRun {
  const value = parseText(text);
  const file = runFileSchema.safeParse(value);
  if (!file.success) {
    const foreign = tfjsModel(value);
    if (foreign !== null) throw foreign;
    const [issue] = file.error.issues;
    throw bad(issue?.path.join('.') ?? '', issue?.message ?? 'another value');
  }
  const { provenance: origin, spec, seconds, epsCandidates, table, results } = file.data;
  const { manifest, trigger } = file.data.model;
  const plan = openPlan(manifest);
  const model = { ...file.data.model, plan, trigger: openTrigger(trigger, plan) };
  checkSizes(model, table, results);
  const { sweep, stages } = results;
  const from = <T extends { readonly recorded: Provenance | null }>(part: T): T => ({
    ...part,
    recorded: part.recorded ?? origin,
  });
  return {
    ...{ model, spec, seconds, epsCandidates, table },
    informed: file.data.choice.informed,
    network: manifest.weights.sha256 ?? null,
    results: {
      ...results,
      sweep: from(sweep),
      stages: {
        ...(stages.backdoored && { backdoored: from(stages.backdoored) }),
        ...(stages.pruned && { pruned: from(stages.pruned) }),
        ...(stages.fineTuned && { fineTuned: from(stages.fineTuned) }),
      },
    },
  };
}

function openPlan({ architecture, classes, attack }: ModelFacts): NetworkPlan {
  const n = architecture.classes;
  if (classes.length !== n) throw bad('model.manifest.classes', `${String(n)} names`);
  if (attack !== null && attack !== 'unknown' && attack.target >= n)
    throw bad('model.manifest.attack.target', `a class below ${String(n)}`);
  try {
    return planNetwork(architecture);
  } catch {
    throw bad('model.manifest.architecture', 'sizes that make a network');
  }
}

function openTrigger(value: unknown, { architecture }: NetworkPlan): TriggerSpec | null {
  if (value === null) return null;
  try {
    return parseTrigger(value, architecture.classes);
  } catch {
    throw bad('model.trigger', 'null or a trigger');
  }
}

function parseText(text: string): unknown {
  try {
    return parseTyped(text);
  } catch {
    throw bad('file', 'JSON text');
  }
}

/** Arrays that belong together have sizes that fit; charts rely on it. */
function checkSizes(
  { plan, samples, probabilities: sure }: LoadedModel,
  table: FrgTable,
  { stages, curve, change }: z.infer<typeof runFileSchema>['results'],
): void {
  const { classes } = plan.architecture;
  const n = samples.labels.length;
  const want = (field: string, got: number, expected: number): void => {
    if (got !== expected) throw bad(field, `${String(expected)} values, got ${String(got)}`);
  };
  const IMAGE = 32 * 32 * 3;
  want('model.samples.clean', samples.clean.length, n * IMAGE);
  if (samples.triggered !== null)
    want('model.samples.triggered', samples.triggered.length, n * IMAGE);
  want('table.classes', table.classes, classes);
  want('table.predictions', table.predictions.length, table.maps.length * table.labels.length);
  if (table.rows > table.maps.length) throw bad('table.rows', 'at most one row per map');
  if (table.maps.some((map) => map < 0 || map >= plan.maps))
    throw bad('table.maps', `feature maps from 0 to ${String(plan.maps - 1)}`);
  for (const { clean, triggered } of [sure, ...Object.values(stages).map((s) => s.probabilities)]) {
    want('probabilities.clean', clean.length, n * classes);
    if (triggered !== null) want('probabilities.triggered', triggered.length, n * classes);
  }
  for (const { predictions } of Object.values(stages)) {
    want('predictions.clean', predictions.clean.length, predictions.cleanLabels.length);
    want(
      'predictions.triggered',
      predictions.triggered?.length ?? 0,
      predictions.triggeredLabels?.length ?? 0,
    );
  }
  if (change !== null) want('results.change', change.length, plan.maps);
  if (curve !== null) {
    const { acc, random = acc, counts } = curve;
    want('curve.acc', acc.length, counts.length);
    want('curve.random', random.length, counts.length);
  }
}

function bad(field: string, expected: string): FmpError {
  return new FmpError('this is not a run that FMP Lab wrote', {
    ...{ code: 'badData', field, expected },
    remedy: 'open a run file (.json) that was exported by FMP Lab',
  });
}
