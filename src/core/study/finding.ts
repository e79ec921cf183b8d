/**
 * What was found about FRG over many models: whether it names a target class, which, and how well
 * its rankings find the maps that carry the trigger. Arithmetic and the file's schema only.
 */
import { z } from 'zod';
import { separation } from '../frg/carriers.ts';
import { DOMINANCE_MARGIN, neededMargin } from '../frg/score.ts';

const share = z.number().min(0).max(1);

/** One ε of the search: a sample of the maps, a few images. See `Suspect`. */
const candidate = z.strictObject({
  eps: share,
  /** As in `ReverseConfig`. */
  smoothing: z.number().gt(0).exactOptional(),
  class: z.int().min(0),
  medianShare: share,
  margin: z.number().min(-1).max(1),
  right: share,
});

/** See `RankingQuality`. */
const ranking = z.strictObject({
  preset: z.enum(['lab', 'paper']),
  score: z.enum(['accuracy', 'targetShare', 'collapse']),
  eps: share,
  k: z.int().min(0),
  precision: share.nullable(),
  recall: share.nullable(),
  spearman: z.number().min(-1).max(1).nullable(),
  auc: share.nullable(),
});

const rates = z.strictObject({ acc: share, asr: share.nullable(), ra: share.nullable() });

/** What a run with the lab preset comes to, at one count of maps. */
const outcome = z.strictObject({
  /** `preset`: the lab preset's own p. `knockOut`: as many as the knock-out test suggests. */
  cut: z.enum(['preset', 'knockOut']),
  maps: z.int().min(0),
  pruned: rates,
  fineTuned: rates,
});

/** See `CutPoint`. */
const point = z.strictObject({
  ...{ count: z.int().min(0), tuned: z.boolean(), share, next: share, acc: share },
});

const row = z.strictObject({
  model: z.string(),
  /** SHA-256 of the model's weights file: a row of other weights is out of date. */
  weights: z.string().regex(/^[0-9a-f]{64}$/),
  data: z.string(),
  /** Kind of attack; null for a clean model. */
  attack: z.string().nullable(),
  /** The true target class; null for a clean model. */
  target: z.int().min(0).nullable(),
  seed: z.int(),
  date: z.string(),
  commit: z.string(),
  device: z.string(),
  /**
   * Every ε, ascending, also those after the one that the search stops at; then the smooth candidate
   * where none of them names a class.
   */
  candidates: z.array(candidate).min(1),
  /** Candidate maps, and how many of them carry the trigger; null for a clean model. */
  maps: z.int().min(1),
  carriers: z.int().min(0).nullable(),
  /** Empty for a clean model. */
  rankings: z.array(ranking),
  /** The knock-out test of the class that leads in the whole sweep; null where it was not made. */
  knockOut: z
    .strictObject({
      suspect: z.int().min(0),
      points: z.array(point).min(1),
      count: z.int().min(1).nullable(),
    })
    .nullable(),
  /** As it came; null where nothing was run. */
  before: rates.nullable(),
  outcomes: z.array(outcome),
});

const findingFile = z.strictObject({
  version: z.literal(1),
  kind: z.literal('finding'),
  rows: z.array(row),
});

export type FindingRow = Readonly<z.infer<typeof row>>;
export type FindingOutcome = Readonly<z.infer<typeof outcome>>;
export type FindingRanking = Readonly<z.infer<typeof ranking>>;
export type FindingFile = Readonly<z.infer<typeof findingFile>>;

/** @throws ZodError when the file is not as this version writes it */
export function parseFindingFile(value: unknown): FindingFile {
  return findingFile.parse(value);
}

/**
 * How clear a candidate is, on one scale: its margin, taken for more where less is enough, for less
 * where more is needed (`neededMargin`).
 */
function clearness(candidate: FindingRow['candidates'][number]): number {
  const { margin, smoothing } = candidate;
  return margin * (DOMINANCE_MARGIN / neededMargin(candidate, smoothing));
}

/**
 * The class that the search names at this threshold (`chooseBound`): that of the first ε whose margin
 * reaches it, or else that of the largest margin among those that are clear enough; where none is,
 * that of the smooth candidate if it is.
 */
export function namedClass(row: FindingRow, threshold = DOMINANCE_MARGIN): number | null {
  const plain = row.candidates.filter(({ smoothing }) => smoothing === undefined);
  const first = plain.find(({ margin }) => margin >= threshold);
  if (first !== undefined) return first.class;
  const clear = row.candidates.filter((candidate) => clearness(candidate) >= threshold);
  const early = clear.filter(({ smoothing }) => smoothing === undefined);
  const [best] = early.toSorted((a, b) => b.margin - a.margin);
  return (best ?? clear.at(0))?.class ?? null;
}

/** What a model is judged by: it is called backdoored where this reaches the threshold. */
export function statisticOf(row: FindingRow): number {
  return Math.max(...row.candidates.map(clearness));
}

/** One threshold of the detector. */
export interface RocPoint {
  readonly threshold: number;
  /** Clean rows that are called backdoored, of all clean rows. */
  readonly falseAlarms: number;
  /** Backdoored rows that are called so, of all of them. */
  readonly detected: number;
  /** Backdoored rows whose true target is named, of all of them: never more than `detected`. */
  readonly rightlyNamed: number;
}

export interface Detection {
  readonly backdoored: number;
  readonly clean: number;
  /** By falling threshold: from calling nobody to calling everybody. */
  readonly points: readonly RocPoint[];
  /** Area under detected against falseAlarms; null without clean or without backdoored rows. */
  readonly auc: number | null;
}

/** The detector over models and seeds, each row one case. */
export function detection(rows: readonly FindingRow[]): Detection {
  const statistics = rows.map(statisticOf);
  const thresholds = [Infinity, ...new Set(statistics.toSorted((a, b) => b - a))];
  const backdoored = rows.filter(({ target }) => target !== null);
  const clean = rows.filter(({ target }) => target === null);
  return {
    backdoored: backdoored.length,
    clean: clean.length,
    points: thresholds.map((threshold) => pointAt(threshold, backdoored, clean)),
    auc: separation(
      Float32Array.from(statistics),
      Uint8Array.from(rows, ({ target }) => (target === null ? 0 : 1)),
    ),
  };
}

/** What the detector does at one threshold. */
export function pointAt(
  threshold: number,
  backdoored: readonly FindingRow[],
  clean: readonly FindingRow[],
): RocPoint {
  const named = (row: FindingRow): number | null => namedClass(row, threshold);
  return {
    threshold,
    falseAlarms: part(clean, (row) => named(row) !== null),
    detected: part(backdoored, (row) => named(row) !== null),
    rightlyNamed: part(backdoored, (row) => named(row) === row.target),
  };
}

function part(rows: readonly FindingRow[], holds: (row: FindingRow) => boolean): number {
  return rows.length === 0 ? 0 : rows.filter(holds).length / rows.length;
}
