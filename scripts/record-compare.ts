/**
 * `npm run record:compare`: the comparison and the sweeps that the page shows before any is made in
 * the tab, into public/data/compare.json and public/data/sweeps.json. It can be stopped and started
 * again: what has been measured is kept in .cache/study. It takes hours.
 * Usage: npm run record:compare -- [--data NAME=PATH]... [--models ID,…|none]
 *   [--defenses all|NAME,…] [--seeds S,…] [--sweep-models ID,…|none] [--over eps,p,…]
 *   [--test-images N] [--epochs E] [--threads N]
 * Without --models: all bundled models of full poisoning rate and width 16 whose images are at hand,
 * three seeds where these are drawn and one of photographs. What these options name is added to the
 * files, or put in its place there; `none` leaves its file as it is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { compareFile, compareItems } from '../src/cli/commands/compare.ts';
import { sweepItems } from '../src/cli/commands/sweep.ts';
import { MODELS_DIR, nodeEngine } from '../src/cli/engine.ts';
import { bundledIds, manifestOf } from '../src/cli/modelPath.ts';
import { writeWhole } from '../src/cli/resultFile.ts';
import {
  finished,
  runStudy,
  type StudyItem,
  type StudyRequest,
  type StudyResult,
} from '../src/cli/study.ts';
import { StudyCache } from '../src/cli/studyCache.ts';
import { openStudyData, ratedModels, studyModel, type StudyModel } from '../src/cli/studyModels.ts';
import { listOf, wordsOf } from '../src/cli/studyOptions.ts';
import { processTerminal } from '../src/cli/terminal.ts';
import { integerBetween, text } from '../src/cli/values.ts';
import { presetSpec } from '../src/core/presets.ts';
import type { RunSpec } from '../src/core/runSpec.ts';
import { type CompareCase, parseCompareSpec } from '../src/core/study/compareSpec.ts';
import { METHOD_IDS } from '../src/core/study/methods.ts';
import {
  type CompareFile,
  parseCompareFile,
  parseSweepFile,
  type SweepFile,
  type SweepRecord,
} from '../src/core/study/recorded.ts';
import { AXES, type Axis, PAPER_VALUES, rateModels } from '../src/core/study/sweepSpec.ts';
import { dataFile, dataPaths } from './recording.ts';
import { checkBudget, mergeComparison, mergeSweeps } from './study/merge.ts';

const WIDTH = 16;
const DRAWN_SEEDS = [0, 1, 2];
const { values: given } = parseArgs({
  options: {
    data: { type: 'string', multiple: true, default: [] },
    models: { type: 'string' },
    defenses: { type: 'string', default: 'all' },
    seeds: { type: 'string' },
    'sweep-models': { type: 'string', default: 'signs-badnets' },
    over: { type: 'string', default: 'all' },
    'test-images': { type: 'string', default: '4000' },
    epochs: { type: 'string' },
    threads: { type: 'string' },
  },
});
const terminal = processTerminal();
const paths = dataPaths(given.data);
const methods = wordsOf(given.defenses, 'defenses', METHOD_IDS);
const cache = new StudyCache(fileURLToPath(new URL('../.cache/study', import.meta.url)));
const whole = (name: string, value: string): number => {
  const [number = 0] = listOf(value, name, 'a whole number', integerBetween(0, 1_000_000));
  return number;
};

const lab = presetSpec('lab', 'any');
const tested = { ...lab, evaluation: { images: whole('test-images', given['test-images']) } };
const base: RunSpec =
  given.epochs === undefined
    ? tested
    : {
        ...{ ...tested, preset: 'custom' },
        fineTune: { ...lab.fineTune, epochs: whole('epochs', given.epochs) },
      };

const modelOf = (id: string): Promise<StudyModel> => {
  const { data } = manifestOf(`${MODELS_DIR}${id}`);
  return studyModel(id, MODELS_DIR, data.id === 'signs' ? null : (paths.get(data.id) ?? null));
};

const modelsOf = (list: string): Promise<readonly StudyModel[]> =>
  Promise.all(listOf(list, 'models', 'ids of bundled models', text).map(modelOf));

/** Backdoored models of full poisoning rate and the usual width whose images are at hand. */
function usualModels(): Promise<readonly StudyModel[]> {
  const usual = bundledIds(MODELS_DIR).filter((id) => {
    const { architecture, attack, data } = manifestOf(`${MODELS_DIR}${id}`);
    const there = data.id === 'signs' || paths.has(data.id);
    const isUsual = !id.includes('-rate-') && 'width' in architecture;
    return there && isUsual && attack !== null && architecture.width === WIDTH;
  });
  return Promise.all(usual.map(modelOf));
}

function seedsOf({ dataId }: StudyModel): readonly number[] {
  if (given.seeds !== undefined) return given.seeds.split(',').map((seed) => whole('seeds', seed));
  return dataId === 'signs' ? DRAWN_SEEDS : DRAWN_SEEDS.slice(0, 1);
}

async function measure<C>(
  items: readonly StudyItem<C>[],
  models: readonly StudyModel[],
): Promise<StudyResult<C>> {
  const threads = given.threads === undefined ? {} : { threads: whole('threads', given.threads) };
  const options = { backend: 'wasm', modelsDir: MODELS_DIR, ...threads } as const;
  const data = models.flatMap(({ dataId }) => (dataId === 'signs' ? [] : [paths.get(dataId)]));
  const open: StudyRequest<C>['open'] = (engine, shown) =>
    openStudyData(engine, models, data[0] ?? null, shown);
  const request = { items, models, cache, open, options, quiet: false };
  const result = await runStudy(request, { terminal, createEngine: nodeEngine });
  if (!result.cancelled) return result;
  terminal.err('stopped; what is measured is kept, nothing was written\n');
  process.exit(130);
}

/** What a file holds so far; null: there is none. */
function kept<F>(name: string, parse: (value: unknown) => F): F | null {
  const path = dataFile(name);
  return existsSync(path) ? parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

const keptComparison = (): CompareFile | null => kept('compare.json', parseCompareFile);

/** One data set after the other, each into the file when it is done. */
async function recordComparison(): Promise<void> {
  checkBudget(keptComparison(), base);
  const all = await (given.models === undefined ? usualModels() : modelsOf(given.models));
  for (const data of new Set(all.map(({ dataId }) => dataId))) {
    const models = all.filter(({ dataId }) => dataId === data);
    const items = models.flatMap((model): readonly StudyItem<CompareCase>[] =>
      compareItems(
        parseCompareSpec({
          ...{ version: 1, models: [model.id], methods, seeds: seedsOf(model), base },
        }),
      ),
    );
    const made = compareFile(models, base, await measure(items, models));
    writeWhole(
      dataFile('compare.json'),
      `${JSON.stringify(mergeComparison(keptComparison(), made))}\n`,
    );
    terminal.out(`compare.json: ${String(made.rows.length)} of ${String(items.length)} results\n`);
  }
}

async function recordSweep(over: Axis, model: StudyModel): Promise<SweepRecord | null> {
  const { id } = model;
  const { points, missing } =
    over === 'rate'
      ? rateModels(id, PAPER_VALUES.rate, ratedModels(MODELS_DIR))
      : { points: PAPER_VALUES[over].map((value) => ({ value, model: id })), missing: [] };
  if (missing.length > 0) terminal.err(`${id}: no model of rate ${missing.join(', ')}\n`);
  if (points.length < 2) return null;
  const models = await Promise.all(points.map((point) => modelOf(point.model)));
  const seeds = seedsOf(model);
  const result = await measure(
    sweepItems({ version: 1, over, points: [...points], seeds: [...seeds], base }),
    models,
  );
  return { over, model: id, base, rows: [...finished(result)] };
}

/** One sweep after the other, each into the file when it is done. */
async function recordSweeps(): Promise<void> {
  const list = given['sweep-models'];
  for (const model of list === 'none' ? [] : await modelsOf(list))
    for (const over of wordsOf(given.over, 'over', AXES)) {
      const record = await recordSweep(over, model);
      if (record === null) continue;
      const swept = new Set([record.model, ...record.rows.map((row) => row.model)]);
      const models = (await Promise.all([...swept].map(modelOf))).map(({ subject }) => subject);
      const made: SweepFile = { version: 1, kind: 'sweeps', models, sweeps: [record] };
      const file = mergeSweeps(kept('sweeps.json', parseSweepFile), made);
      writeWhole(dataFile('sweeps.json'), `${JSON.stringify(file)}\n`);
      terminal.out(`sweeps.json: ${model.id}, ${over}\n`);
    }
}

if (given.models !== 'none') await recordComparison();
await recordSweeps();
