import { FmpError } from '../core/errors.ts';
import { presetSpec } from '../core/presets.ts';
import { parseRunSpec, type Preset, type RunSpec } from '../core/runSpec.ts';
import type { Given, Option } from './args.ts';
import {
  badValue,
  choice,
  decimal,
  fraction,
  fractionOrAuto,
  indices,
  type Parse,
} from './values.ts';

/** An option that sets one field of the run spec. */
interface SpecOption extends Option {
  readonly path: string;
  readonly parse: Parse<SpecValue>;
  /** What the field accepts, for people; the run spec's schema decides. */
  readonly expected: string;
}

type SpecValue = number | string | boolean | number[];
type NamedPreset = Exclude<Preset, 'custom'>;
const PRESETS: readonly NamedPreset[] = ['paper', 'released', 'lab'];

/** Options that are part of a recipe: one that departs from its preset makes the spec custom. */
const RECIPE: readonly SpecOption[] = [
  {
    ...field('eps', 'EPS', 'frg.eps', fractionOrAuto),
    expected: 'auto, or 0 to 1 such as 0.03 or 8/255',
    help: 'perturbation bound: 8/255, 0.03, or auto to search it',
  },
  {
    ...field('steps', 'T', 'frg.steps', decimal),
    ...{ expected: 'an integer from 1 to 100', help: 'FRG steps' },
  },
  {
    ...field('alpha', 'ALPHA', 'frg.alpha', fractionOrAuto),
    ...{ expected: 'auto, or 0 to 1 such as 2/255', help: 'step size; auto is eps / 3' },
  },
  {
    ...field('smoothing', 'PX', 'frg.smoothing', decimal),
    expected: 'above 0, at most 16',
    help: 'blur gradients by a Gaussian of PX pixels: for smooth triggers',
  },
  {
    ...field('p', 'P', 'p', decimal),
    expected: '1 to the number of candidate feature maps',
    help: 'prune floor(N / p) maps: a larger p prunes fewer',
  },
  {
    ...oneOf('score', 'score', ['accuracy', 'targetShare', 'collapse']),
    help: 'what feature maps are ranked by',
  },
  {
    ...oneOf('selection', 'selection', ['global', 'perLayer']),
    help: 'rank all maps together or each layer by itself',
  },
  {
    ...oneOf('maps', 'frg.maps', ['all', 'main', 'inner']),
    help: 'candidates: main has no shortcuts, inner only conv1',
  },
  {
    ...field('images', 'N', 'frg.images', decimal),
    ...{ expected: 'an integer from 1 to 512', help: 'clean images every map is scored on' },
  },
  {
    ...{ name: 'two-stage', value: null, path: 'frg.twoStage', parse: () => true },
    ...{ expected: 'no value', help: '16 images for all maps, the rest for the likeliest quarter' },
  },
  {
    ...field('retrain-ratio', 'R', 'fineTune.retrainRatio', fraction),
    ...{ expected: 'above 0, at most 1', help: 'share of the training images to fine-tune on' },
  },
  {
    ...field('epochs', 'E', 'fineTune.epochs', decimal),
    ...{ expected: 'an integer from 0 to 1000', help: 'of fine-tuning; 0 skips it' },
  },
  {
    ...field('patience', 'N', 'fineTune.patience', decimal),
    expected: 'an integer from 1 to 1000',
    help: 'end fine-tuning after N epochs without a better Acc, with the best',
  },
];

const OTHER: readonly SpecOption[] = [
  {
    ...field('keep', 'MAP,MAP,…', 'keep', indices),
    expected: 'numbers of feature maps such as 12,40',
    help: 'feature maps that stay, whatever their score',
  },
  {
    ...oneOf('control', 'control', ['random', 'l1', 'fineTuneOnly', 'oracle', 'none']),
    help: 'as many maps chosen otherwise, to compare with',
  },
  {
    ...field('seed', 'SEED', 'seed', decimal),
    expected: 'an integer from 0 to 4294967295',
    help: 'of every random choice: the same seed, the same result',
  },
  {
    ...field('test-images', 'N', 'evaluation.images', decimal),
    expected: 'an integer from 1 to 1000000',
    help: 'test images that Acc, ASR and RA are measured on',
  },
];

/** The options that describe a run, in the order of the help. */
export const SPEC_OPTIONS: readonly Option[] = [
  {
    name: 'model',
    value: 'ID|FILE',
    help: 'bundled model, or a checkpoint (.safetensors, .pt, .pth)',
  },
  {
    ...{ name: 'preset', value: PRESETS.join('|') },
    help: 'settings to start from (lab); options override them',
  },
  ...RECIPE,
  ...OTHER,
];

/** The run that was asked for. @throws FmpError badInput naming the option */
export function specOf(given: Given): RunSpec {
  const model = given.get('model');
  if (model === undefined || model === '')
    throw new FmpError('no model given', {
      ...{ code: 'badInput', field: '--model', expected: 'the id of a model or a file' },
      remedy: 'fmp models lists the bundled models; then: fmp run --model ID',
    });
  const name = given.get('preset') ?? 'lab';
  const preset = choice(PRESETS)(name);
  if (preset === undefined)
    throw badValue('preset', name, PRESETS.join(', '), 'choose one of these or leave it out');
  const start = parseRunSpec(presetSpec(preset, model));
  const spec = RECIPE.reduce((draft, option) => override(draft, option, given), start);
  const custom = JSON.stringify(spec) === JSON.stringify(start) ? preset : 'custom';
  return OTHER.reduce((draft, option) => override(draft, option, given), {
    ...spec,
    preset: custom,
  });
}

function override(spec: RunSpec, option: SpecOption, given: Given): RunSpec {
  const got = given.get(option.name);
  if (got === undefined) return spec;
  const remedy = `correct --${option.name}, or leave it out for the preset's value`;
  const value = option.parse(got);
  const bad = badValue(option.name, got, option.expected, remedy);
  if (value === undefined) throw bad;
  try {
    return parseRunSpec(withField(spec, option.path.split('.'), value));
  } catch (error) {
    // The spec was valid before: what is wrong is this option, and its name says more.
    if (error instanceof FmpError) throw bad;
    throw error;
  }
}

function withField(at: object, [key = '', ...rest]: readonly string[], value: unknown): object {
  const inner = (at as Record<string, unknown>)[key];
  const replaced = rest.length === 0 ? value : withField(inner as object, rest, value);
  return { ...at, [key]: replaced };
}

function field(
  name: string,
  value: string,
  path: string,
  parse: Parse<SpecValue>,
): Pick<SpecOption, 'name' | 'value' | 'path' | 'parse'> {
  return { name, value, path, parse };
}

function oneOf(name: string, path: string, words: readonly string[]): Omit<SpecOption, 'help'> {
  const expected = `one of ${words.join(', ')}`;
  return { ...field(name, words.join('|'), path, choice(words)), expected };
}
