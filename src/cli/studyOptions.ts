/** Options that `fmp compare` and `fmp sweep` share. */
import { FmpError } from '../core/errors.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { Given, Option } from './args.ts';
import { ENGINE_OPTIONS } from './modelOptions.ts';
import { nearest } from './nearest.ts';
import { checkWritable } from './resultFile.ts';
import { SPEC_OPTIONS, specOf } from './runOptions.ts';
import { defaultCacheDir, StudyCache } from './studyCache.ts';
import { badValue, type Parse, text } from './values.ts';

/** What says how FMP is run and what the budget is: the same epochs for all, so no stop before. */
export const BASE_OPTIONS: readonly Option[] = SPEC_OPTIONS.filter(
  ({ name }) => !['model', 'control', 'seed', 'keep', 'patience'].includes(name),
);

export const STUDY_OPTIONS: readonly Option[] = [
  { name: 'seeds', value: 'S,S,…', help: 'every seed chooses its own images (0)' },
  { name: 'data', value: 'PATH', help: 'images of the models that are not about drawn signs' },
  { name: 'json', value: 'FILE', help: 'write every result there, fractions in [0, 1]' },
  { name: 'csv', value: 'FILE', help: 'the same as a table' },
  { name: 'cache', value: 'DIR', help: `keep finished results there (${defaultCacheDir()})` },
  ...ENGINE_OPTIONS,
  { name: 'quiet', value: null, help: 'no progress' },
];

const MAX_SEED = 4294967295;

/** The run that all others are like. @throws FmpError badInput naming the option */
export function baseOf(given: Given, model: string): RunSpec {
  const about = new Map(given);
  for (const name of ['control', 'seed']) about.delete(name);
  return specOf(about.set('model', model));
}

/** @throws FmpError badInput without one */
export function modelList(given: Given): readonly string[] {
  const models = given.get('model');
  if (models === undefined)
    throw new FmpError('no model given', {
      ...{ code: 'badInput', field: '--model', expected: 'ids of bundled models' },
      remedy: 'fmp models lists them',
    });
  return listOf(models, 'model', 'ids of bundled models', text);
}

/** @throws FmpError badInput where a result could not be written */
export function checkFiles(given: Given): void {
  for (const name of ['json', 'csv']) {
    const path = given.get(name);
    if (path !== undefined) checkWritable(`--${name}`, path);
  }
}

export function seedsOf(given: Given): readonly number[] {
  return listOf(given.get('seeds') ?? '0', 'seeds', 'integers from 0 to 4294967295', (text) =>
    /^\d+$/.test(text) && Number(text) <= MAX_SEED ? Number(text) : undefined,
  );
}

export function cacheOf(given: Given): StudyCache {
  return new StudyCache(given.get('cache') ?? defaultCacheDir());
}

/**
 * Values between commas, each once.
 * @throws FmpError badInput naming the option and the value
 */
export function listOf<T extends string | number>(
  list: string,
  option: string,
  expected: string,
  parse: Parse<T>,
): readonly T[] {
  const words = list.split(',').map((word) => word.trim());
  const values = words.map((word) => {
    const value = parse(word);
    if (value === undefined)
      throw badValue(option, word, expected, 'separate values by commas, without spaces');
    return value;
  });
  if (new Set(values).size === values.length) return values;
  throw badValue(option, list, 'each value once', 'leave the repetition out');
}

/** Words of a known list between commas; `all` is the whole list. */
export function wordsOf<T extends string>(
  list: string,
  option: string,
  known: readonly T[],
): readonly T[] {
  if (list === 'all') return known;
  return listOf(list, option, `all, or some of ${known.join(', ')}`, (word) => {
    const found = known.find((id) => id.toLowerCase() === word.toLowerCase());
    if (found !== undefined) return found;
    throw new FmpError(`--${option} names something unknown`, {
      ...{ code: 'badInput', field: `--${option}`, got: word },
      expected: `all, or some of ${known.join(', ')}`,
      remedy: `the nearest is ${nearest(word, known)}`,
    });
  });
}
