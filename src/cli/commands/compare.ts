import { METHOD_IDS } from '../../core/study/methods.ts';
import {
  casesOf,
  type CompareCase,
  type CompareSpec,
  jobOf,
  parseCompareSpec,
} from '../../core/study/compareSpec.ts';
import { outcomesCsv } from '../../core/study/csv.ts';
import type { CompareFile } from '../../core/study/recorded.ts';
import { describeOptions, type Given, parseOptions, type Option } from '../args.ts';
import { compareReport } from '../compareReport.ts';
import { loadModel } from '../loadModel.ts';
import { engineOptionsOf, MODEL_OPTIONS, modelRequestOf } from '../modelOptions.ts';
import { resolveModel } from '../modelPath.ts';
import { writeJson, writeWhole } from '../resultFile.ts';
import {
  finished,
  runStudy,
  type StudyItem,
  type StudyRequest,
  type StudyResult,
} from '../study.ts';
import { endStudy } from '../studyEnding.ts';
import {
  formatOfImages,
  openStudyData,
  ownStudyModel,
  studyModel,
  type StudyModel,
} from '../studyModels.ts';
import { badValue } from '../values.ts';
import {
  BASE_OPTIONS,
  baseOf,
  cacheOf,
  checkFiles,
  modelList,
  seedsOf,
  STUDY_OPTIONS,
  wordsOf,
} from '../studyOptions.ts';
import type { Command } from './command.ts';

/** What a checkpoint does not say itself. */
const OWN_OPTIONS = MODEL_OPTIONS.filter(({ name }) =>
  STUDY_OPTIONS.every((option) => option.name !== name),
);
const OPTIONS: readonly Option[] = [
  { name: 'model', value: 'ID,ID,…|FILE', help: 'bundled models, or one checkpoint' },
  { name: 'defenses', value: 'all|NAME,…', help: `(all) ${METHOD_IDS.join(', ')}` },
  ...BASE_OPTIONS,
  ...STUDY_OPTIONS,
  ...OWN_OPTIONS,
];

/** `fmp compare`: every defense on the same images and budget. */
export const compare: Command = {
  name: 'compare',
  summary: 'measure FMP, other defenses and controls on the same images and budget',
  help: `Usage: fmp compare --model ID,ID,…|FILE [options]

${describeOptions(OPTIONS)}
The options of a run describe FMP and the budget of all: epochs, clean images, test images.
Finished results are kept, so that the same command goes on where it was stopped. Ctrl-C stops.
Exit status: 0 done, 2 bad input, 1 some failed, 130 cancelled.
`,
  async run(args, context) {
    const given = parseOptions('compare', args, OPTIONS);
    const { models, open } = await subjectsOf(given, context.modelsDir);
    const spec = parseCompareSpec({
      ...{ version: 1, models: models.map(({ id }) => id), seeds: seedsOf(given) },
      methods: wordsOf(given.get('defenses') ?? 'all', 'defenses', METHOD_IDS),
      base: baseOf(given, models[0]?.id ?? ''),
    });
    checkFiles(given);
    const items = compareItems(spec);
    const result = await runStudy(
      {
        ...{ items, models, open, cache: cacheOf(given) },
        ...{ options: engineOptionsOf(given, context.modelsDir), quiet: given.has('quiet') },
      },
      context,
    );
    const file = compareFile(models, spec.base, result);
    if (file.rows.length > 0) context.terminal.out(compareReport(file));
    return endStudy(result, context.terminal, () => {
      writeFiles(given, file);
    });
  },
};

type Subjects = Pick<StudyRequest<CompareCase>, 'models' | 'open'>;

/** @throws FmpError badInput naming the model or an option that does not fit it */
async function subjectsOf(given: Given, modelsDir: string): Promise<Subjects> {
  const names = modelList(given);
  const [only] = names;
  const place = only === undefined || names.length > 1 ? null : resolveModel(only, modelsDir);
  if (only !== undefined && place?.kind === 'own') {
    const request = modelRequestOf(only, given, modelsDir);
    return {
      models: [await ownStudyModel(place.path, request)],
      open: async (engine, terminal) => {
        await loadModel(engine, request, terminal);
      },
    };
  }
  const needless = OWN_OPTIONS.find(({ name }) => given.has(name));
  if (needless !== undefined)
    throw badValue(
      ...([needless.name, given.get(needless.name) ?? '', 'a checkpoint from elsewhere'] as const),
      'leave it out: bundled models say it themselves',
    );
  const data = given.get('data') ?? null;
  const models = await Promise.all(names.map((name) => studyModel(name, modelsDir, data)));
  formatOfImages(models, data);
  return { models, open: (engine, terminal) => openStudyData(engine, models, data, terminal) };
}

/** The cases of a comparison as jobs. */
export function compareItems(spec: CompareSpec): readonly StudyItem<CompareCase>[] {
  return casesOf(spec).map((about) => {
    const { model, method, seed } = about;
    const label = `${model}  ${method.padEnd(12)}  seed ${seed}`;
    return { about, label, kind: method, job: jobOf(spec.base, about) };
  });
}

/** What was measured, as it is written and shipped. */
export function compareFile(
  models: readonly StudyModel[],
  base: CompareFile['base'],
  result: StudyResult<CompareCase>,
): CompareFile {
  return {
    ...{ version: 1, kind: 'compare', models: models.map(({ subject }) => subject), base },
    rows: [...finished(result)],
  };
}

function writeFiles(given: Given, file: CompareFile): void {
  const [json, csv] = ['json', 'csv'].map((name) => given.get(name));
  if (json !== undefined) writeJson(json, file);
  if (csv === undefined) return;
  const rows = file.rows.map(({ model, method, seed, outcome }) => ({
    keys: { model, method, seed },
    outcome,
  }));
  writeWhole(csv, outcomesCsv(rows));
}
