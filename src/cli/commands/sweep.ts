import { FmpError } from '../../core/errors.ts';
import { outcomesCsv } from '../../core/study/csv.ts';
import type { SweepFile, SweepRecord } from '../../core/study/recorded.ts';
import {
  AXES,
  type Axis,
  PAPER_VALUES,
  parseSweepSpec,
  rateModels,
  type SweepCase,
  sweepCases,
  sweepJob,
  type SweepPoint,
  type SweepSpec,
} from '../../core/study/sweepSpec.ts';
import { describeOptions, type Given, parseOptions, type Option } from '../args.ts';
import { engineOptionsOf } from '../modelOptions.ts';
import { writeJson, writeWhole } from '../resultFile.ts';
import { finished, runStudy, type StudyItem } from '../study.ts';
import { endStudy } from '../studyEnding.ts';
import { formatOfImages, openStudyData, ratedModels, studyModel } from '../studyModels.ts';
import {
  BASE_OPTIONS,
  baseOf,
  cacheOf,
  checkFiles,
  listOf,
  modelList,
  seedsOf,
  STUDY_OPTIONS,
} from '../studyOptions.ts';
import { AXIS_NAMES, axisValue, sweepReport } from '../sweepReport.ts';
import { badValue, choice, fraction } from '../values.ts';
import type { Command, Context } from './command.ts';

const OPTIONS: readonly Option[] = [
  { name: 'model', value: 'ID', help: 'a bundled model' },
  { name: 'over', value: AXES.join('|'), help: 'the setting that is moved' },
  { name: 'values', value: 'V,V,…', help: 'its values (those of the paper): 4/255, 16, 0.1' },
  ...BASE_OPTIONS,
  ...STUDY_OPTIONS,
];

/** `fmp sweep`: one setting moved, all others the same. */
export const sweep: Command = {
  name: 'sweep',
  summary: 'run FMP over eps, p, the retraining ratio or the poisoning rate',
  help: `Usage: fmp sweep --over ${AXES.join('|')} --model ID [options]

${describeOptions(OPTIONS)}
A sweep over the rate uses the models that were trained with less poison, ID-rate-…; it names
those that are missing. Finished results are kept, as with fmp compare. Ctrl-C stops.
Exit status: 0 done, 2 bad input, 1 some failed, 130 cancelled.
`,
  async run(args, context) {
    const given = parseOptions('sweep', args, OPTIONS);
    const over = axisOf(given);
    const [name = '', ...others] = modelList(given);
    if (others.length > 0) throw badValue('model', others.join(','), 'one model', 'sweep it alone');
    const data = given.get('data') ?? null;
    const { subject, id } = await studyModel(name, context.modelsDir, data);
    const points = pointsOf(over, valuesOf(given, over), id, context);
    const spec = parseSweepSpec({
      ...{ version: 1, over, points, seeds: seedsOf(given), base: baseOf(given, id) },
    });
    checkFiles(given);
    const ids = [...new Set([id, ...points.map(({ model }) => model)])];
    const models = await Promise.all(
      ids.map((model) => studyModel(model, context.modelsDir, data)),
    );
    formatOfImages(models, data);
    const items = sweepItems(spec);
    const result = await runStudy(
      {
        ...{ items, models, cache: cacheOf(given) },
        open: (engine, terminal) => openStudyData(engine, models, data, terminal),
        ...{ options: engineOptionsOf(given, context.modelsDir), quiet: given.has('quiet') },
      },
      context,
    );
    const rows = [...finished(result)];
    const record: SweepRecord = { over, model: id, base: spec.base, rows };
    if (rows.length > 0) context.terminal.out(sweepReport(record, subject));
    return endStudy(result, context.terminal, () => {
      const subjects = models.map((model) => model.subject);
      writeFiles(given, {
        ...{ version: 1, kind: 'sweeps', models: subjects, sweeps: [record] },
      });
    });
  },
};

/** The cases of a sweep as jobs. */
export function sweepItems(spec: SweepSpec): readonly StudyItem<SweepCase>[] {
  const { over } = spec;
  return sweepCases(spec).map((about) => {
    const { model, value, seed } = about;
    const label = `${model}  ${AXIS_NAMES[over]} ${axisValue(over, value)}  seed ${seed}`;
    return { about, label, kind: over === 'eps' ? over : label, job: sweepJob(spec, about) };
  });
}

function axisOf(given: Given): Axis {
  const word = given.get('over');
  const over = choice(AXES)(word ?? '');
  if (over !== undefined) return over;
  throw badValue('over', word ?? '', `one of ${AXES.join(', ')}`, 'say what is moved');
}

function valuesOf(given: Given, over: Axis): readonly number[] {
  const list = given.get('values');
  if (list === undefined) return PAPER_VALUES[over];
  const above = over === 'p' ? 'at least 1' : 'above 0, at most 1, such as 4/255 or 0.1';
  return listOf(list, 'values', `numbers ${above}`, (word) => {
    const value = fraction(word);
    if (value === undefined) return undefined;
    return (over === 'p' ? value >= 1 : value > 0 && value <= 1) ? value : undefined;
  });
}

/** Names rates without a model. @throws FmpError badInput where there is none for any */
function pointsOf(
  over: Axis,
  values: readonly number[],
  model: string,
  { terminal, modelsDir }: Context,
): readonly SweepPoint[] {
  if (over !== 'rate') return values.map((value) => ({ value, model }));
  const { points, missing } = rateModels(model, values, ratedModels(modelsDir));
  const named = missing.map((rate) => axisValue(over, rate)).join(', ');
  if (points.length === 0)
    throw new FmpError('there is no model of these poisoning rates', {
      ...{ code: 'badInput', field: '--values', got: named, expected: `${model}-rate-…` },
      remedy: 'models/train/README.md says how they are trained',
    });
  if (missing.length > 0)
    terminal.err(`no model like ${model} with a poisoning rate of ${named}\n`);
  return points;
}

function writeFiles(given: Given, file: SweepFile): void {
  const [json, csv] = ['json', 'csv'].map((name) => given.get(name));
  if (json !== undefined) writeJson(json, file);
  if (csv === undefined) return;
  const rows = file.sweeps.flatMap(({ over, rows: some }) =>
    some.map(({ model, value, seed, outcome }) => ({
      keys: { over, value, model, seed },
      outcome,
    })),
  );
  writeWhole(csv, outcomesCsv(rows));
}
