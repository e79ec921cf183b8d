/** New results among those that a file already holds. */
import { isDeepStrictEqual } from 'node:util';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { METHOD_IDS } from '../../src/core/study/methods.ts';
import type {
  CompareFile,
  CompareRow,
  Subject,
  SweepFile,
  SweepRecord,
} from '../../src/core/study/recorded.ts';
import { AXES } from '../../src/core/study/sweepSpec.ts';

/** As the pages show them; other data sets come after. */
const DATA_ORDER = ['signs', 'gtsrb', 'cifar10'];

const dataRank = ({ data }: Subject): number => {
  const at = DATA_ORDER.indexOf(data);
  return at < 0 ? DATA_ORDER.length : at;
};

/** Each once, the new one where both have it; by data set, then by id. */
function mergeSubjects(kept: readonly Subject[], made: readonly Subject[]): Subject[] {
  const byId = new Map([...kept, ...made].map((subject) => [subject.id, subject]));
  return [...byId.values()].sort((a, b) => dataRank(a) - dataRank(b) || (a.id < b.id ? -1 : 1));
}

/** Compares by where the models of two records stand in a file. */
function byModel(
  models: readonly Subject[],
): (a: { model: string }, b: { model: string }) => number {
  const rank = new Map(models.map(({ id }, at) => [id, at]));
  return (a, b) => (rank.get(a.model) ?? 0) - (rank.get(b.model) ?? 0);
}

/** @throws RangeError when the kept rows are of another budget: one table must not mix them */
export function checkBudget(kept: CompareFile | null, base: RunSpec): void {
  if (kept === null || isDeepStrictEqual(kept.base, base)) return;
  throw new RangeError(
    'compare.json holds results of another budget; measure with its settings, or delete it first',
  );
}

/**
 * Rows of the same model, method and seed are replaced, all others kept.
 * @throws RangeError as `checkBudget` does
 */
export function mergeComparison(kept: CompareFile | null, made: CompareFile): CompareFile {
  if (kept === null) return made;
  checkBudget(kept, made.base);
  const key = ({ model, method, seed }: CompareRow): string => `${model} ${method} ${String(seed)}`;
  const rows = new Map([...kept.rows, ...made.rows].map((row) => [key(row), row]));
  const models = mergeSubjects(kept.models, made.models);
  const inFile = byModel(models);
  const sorted = [...rows.values()].sort(
    (a, b) =>
      a.seed - b.seed ||
      inFile(a, b) ||
      METHOD_IDS.indexOf(a.method) - METHOD_IDS.indexOf(b.method),
  );
  return { ...made, models, rows: sorted };
}

/** Sweeps of the same model over the same setting are replaced, all others kept. */
export function mergeSweeps(kept: SweepFile | null, made: SweepFile): SweepFile {
  if (kept === null) return made;
  const key = ({ model, over }: SweepRecord): string => `${model} ${over}`;
  const sweeps = new Map([...kept.sweeps, ...made.sweeps].map((sweep) => [key(sweep), sweep]));
  const models = mergeSubjects(kept.models, made.models);
  const inFile = byModel(models);
  const sorted = [...sweeps.values()].sort(
    (a, b) => inFile(a, b) || AXES.indexOf(a.over) - AXES.indexOf(b.over),
  );
  return { ...made, models, sweeps: sorted };
}
