/** A sweep in two stages against a whole one: what it saves, and what else it would prune. */
import { fileURLToPath } from 'node:url';
import type { EngineApi } from '../../src/bridge/protocol.ts';
import { type FrgTable, type ScoreName, suspicion, UNASKED } from '../../src/core/frg/score.ts';
import { type SelectionName, selectMaps } from '../../src/core/frg/select.ts';
import { FIRST_IMAGES, rowsToRefine } from '../../src/core/frg/twoStage.ts';
import type { NetworkPlan } from '../../src/core/network/plan.ts';
import { presetSpec } from '../../src/core/presets.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { createNodeEngine } from '../../src/engine/node/engine.ts';
import type { BenchCase, BenchOptions, Figures } from '../benchCase.ts';

const MODELS = ['signs-badnets', 'signs-blended'] as const;
const MODELS_DIR = fileURLToPath(new URL('../../models', import.meta.url));
const IMAGES = 32;
const EPS = 32 / 255;
const SCORES: readonly ScoreName[] = ['accuracy', 'targetShare', 'collapse'];
const SELECTIONS: readonly SelectionName[] = ['global', 'perLayer'];
const CUTS = [16, 64] as const;

interface Swept {
  readonly table: FrgTable;
  readonly seconds: number;
}

async function sweep(engine: EngineApi, spec: RunSpec, classes: number): Promise<Swept> {
  const tables: FrgTable[] = [];
  let seconds = 0;
  await engine.run(
    spec,
    (event) => {
      if (event.kind === 'frgStart') {
        const { maps, labels } = event;
        const predictions = new Int16Array(maps.length * labels.length);
        tables.push({ maps, labels, predictions, classes, rows: maps.length });
      } else if (event.kind === 'frgRows')
        tables[0]?.predictions.set(event.predictions, event.from * tables[0].labels.length);
      else if (event.kind === 'frgDone') seconds = event.seconds;
    },
    'scored',
  );
  const [table] = tables;
  if (table === undefined) throw new Error('the sweep gave no table');
  return { table, seconds };
}

/** What a sweep in two stages would have found, from a whole one. */
function staged(
  plan: NetworkPlan,
  whole: FrgTable,
  score: ScoreName,
  selection: SelectionName,
): FrgTable {
  const n = whole.labels.length;
  const first = Int16Array.from(whole.predictions, (k, i) => (i % n < FIRST_IMAGES ? k : UNASKED));
  const table = { ...whole, predictions: first };
  for (const row of rowsToRefine(plan, table, score, selection))
    first.set(whole.predictions.subarray(row * n, (row + 1) * n), row * n);
  return table;
}

/** Maps that one of the two prunes and the other does not, and how many are pruned. */
function difference(
  plan: NetworkPlan,
  [a, b]: readonly [FrgTable, FrgTable],
  score: ScoreName,
  selection: SelectionName,
  p: number,
): { readonly apart: number; readonly pruned: number } {
  const [one, other] = [a, b].map(
    (table) => new Set(selectMaps(plan, table.maps, suspicion(table, score), selection, p).pruned),
  ) as [Set<number>, Set<number>];
  const common = [...one].filter((map) => other.has(map)).length;
  return { apart: one.size + other.size - 2 * common, pruned: one.size };
}

async function compare(
  model: string,
  { threads, repeats, every, log }: BenchOptions,
): Promise<Figures> {
  const engine = await createNodeEngine({ backend: 'wasm', threads, modelsDir: MODELS_DIR });
  try {
    const { plan } = await engine.load(model);
    const { classes } = plan.architecture;
    const base = presetSpec('lab', model);
    const spec = (seed: number, twoStage: boolean): RunSpec => ({
      ...base,
      ...{ seed, evaluation: { images: 1 } },
      frg: {
        ...{ ...base.frg, steps: 1, eps: EPS, images: IMAGES },
        // Fewer maps, but a selection needs all of its candidates.
        maps: every === null ? 'all' : 'inner',
        ...(twoStage ? { twoStage } : {}),
      },
    });
    const tables: FrgTable[] = [];
    const saved: number[] = [];
    for (let seed = 0; seed < repeats; seed++) {
      const whole = await sweep(engine, spec(seed, false), classes);
      const two = await sweep(engine, spec(seed, true), classes);
      if (
        staged(plan, whole.table, base.score, base.selection).predictions.join() !==
        two.table.predictions.join()
      )
        throw new Error('the two stages found something else than the whole sweep has');
      log(`${model}: ${whole.seconds.toFixed(0)} s, in two stages ${two.seconds.toFixed(0)} s`);
      tables.push(whole.table);
      saved.push(1 - two.seconds / whole.seconds);
    }
    const mean = (values: readonly number[]): number =>
      values.reduce((a, b) => a + b, 0) / values.length;
    const rows = SELECTIONS.flatMap((selection) =>
      SCORES.flatMap((score) =>
        CUTS.map((p): Figures['rows'][number] => {
          const found = tables.map((table) =>
            difference(plan, [table, staged(plan, table, score, selection)], score, selection, p),
          );
          const values = found.map(({ apart }) => apart);
          const name = `${selection}, ${score}, p = ${p}: pruned by one of the two only`;
          const unit = `of ${found[0]?.pruned ?? 0} maps`;
          return { name, values, value: mean(values), unit, limit: null };
        }),
      ),
    );
    return {
      kind: 'figures',
      title: `${model}, ${tables[0]?.rows ?? 0} maps × ${IMAGES} images, ε 32/255, one step, ${repeats} seeds`,
      backend: `WASM, ${threads} thread(s)`,
      notes: ['mean over the seeds; every sweep in two stages is the whole one where it looked'],
      rows: [
        ...[{ name: 'time saved', values: saved, value: mean(saved), unit: '', limit: null }],
        ...rows,
      ],
    };
  } finally {
    await engine.dispose();
  }
}

export const twoStage: BenchCase = {
  name: 'two-stage',
  title: 'FRG sweep in two stages',
  run: async (options) => {
    const all: Figures[] = [];
    for (const model of MODELS) all.push(await compare(model, options));
    return all;
  },
};
