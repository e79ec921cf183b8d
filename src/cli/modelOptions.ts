/** The options that say which network runs on which images: those of `fmp run` and `fmp eval`. */
import { existsSync } from 'node:fs';
import type { DatasetName } from '../bridge/own.ts';
import type { BackendChoice } from '../bridge/engineInfo.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import type { Normalisation } from '../core/network/evalNetwork.ts';
import { DATASET_NAMES } from '../data/readers/about.ts';
import type { Kernels } from '../engine/backend.ts';
import type { NodeEngineOptions } from '../engine/node/engine.ts';
import type { Given, Option } from './args.ts';
import { manifestOf, type ModelPlace, resolveModel } from './modelPath.ts';
import { nearest } from './nearest.ts';
import { NORMALISE_OPTIONS, normalisationOf } from './normaliseOptions.ts';
import { TRIGGER_OPTIONS, triggerOf } from './triggerOptions.ts';
import { badValue, choice, integerBetween } from './values.ts';

const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm', 'cpu'];
const KERNELS: readonly Kernels[] = ['own', 'stock', 'half'];
const MAX_THREADS = 256;

/** What says how the engine computes. */
export const ENGINE_OPTIONS: readonly Option[] = [
  { name: 'backend', value: BACKENDS.join('|'), help: 'what computes (auto: the fastest present)' },
  { name: 'threads', value: 'N', help: 'threads of the wasm backend (as many as cores)' },
  {
    name: 'kernels',
    value: KERNELS.join('|'),
    help: "stock: tfjs's, to compare; half: 16-bit products on a GPU that has them (own)",
  },
];
const FORMATS: readonly (DatasetName | 'signs')[] = [...DATASET_NAMES, 'signs'];

export const MODEL_OPTIONS: readonly Option[] = [
  { name: 'data', value: 'PATH', help: 'images to run on: an archive or a folder' },
  { name: 'clean', value: 'PATH', help: 'clean images to score and fine-tune on, instead of its' },
  { name: 'data-format', value: FORMATS.join('|'), help: 'what PATH is (guessed)' },
  ...NORMALISE_OPTIONS,
  ...TRIGGER_OPTIONS,
  {
    name: 'record',
    value: 'PATH',
    help: 'BackdoorBench record folder of the checkpoint, or a zip',
  },
  ...ENGINE_OPTIONS,
];

/** Images and the answers to what a checkpoint does not say; null: not given. */
export interface ModelRequest {
  readonly place: ModelPlace;
  readonly data: string | null;
  readonly clean: string | null;
  readonly format: DatasetName | 'signs' | null;
  readonly normalisation: Normalisation | null;
  readonly trigger: TriggerSpec | null;
  readonly record: string | null;
}

/** Everything that can be checked before an engine starts. @throws FmpError badInput, badData */
export function modelRequestOf(model: string, given: Given, modelsDir: string): ModelRequest {
  const place = resolveModel(model, modelsDir);
  const [data, clean, record] = ['data', 'clean', 'record'].map((name) => pathOf(name, given));
  const request = {
    ...{ place, data: data ?? null, clean: clean ?? null, record: record ?? null },
    format: formatOf(given),
    normalisation: normalisationOf(given),
    trigger: triggerOf(given),
  };
  if (request.clean !== null && request.data === null)
    throw bad('--clean without --data', '--clean', 'add --data PATH: Acc is measured on that');
  return place.kind === 'own'
    ? checkOwn(request)
    : checkBundled({ ...request, place }, place.folder);
}

/** @throws FmpError badInput */
export function engineOptionsOf(given: Given, modelsDir: string): NodeEngineOptions {
  const [name = 'auto', threadsGiven, ours = 'own'] = ['backend', 'threads', 'kernels'].map((o) =>
    given.get(o),
  );
  const backend = choice(BACKENDS)(name);
  if (backend === undefined)
    throw badValue('backend', name, BACKENDS.join(', '), 'leave it out to let fmp choose');
  const threads = integerBetween(1, MAX_THREADS)(threadsGiven ?? '');
  if (threadsGiven !== undefined && threads === undefined)
    throw badValue(
      ...(['threads', threadsGiven, `an integer from 1 to ${MAX_THREADS}`] as const),
      'leave it out to use every core',
    );
  const kernels = choice(KERNELS)(ours);
  if (kernels === undefined)
    throw badValue('kernels', ours, KERNELS.join(', '), 'leave it out for the fastest');
  return { backend, kernels, modelsDir, ...(threads === undefined ? {} : { threads }) };
}

function checkOwn(request: ModelRequest): ModelRequest {
  const signs = request.format === 'signs';
  if (signs && request.data !== null)
    throw bad('signs are drawn, not read', '--data', 'leave --data out, or name its format');
  if (!signs && request.data === null)
    throw bad('this checkpoint needs images', '--data', 'add --data PATH; fmp data checks it');
  return request;
}

function checkBundled(request: ModelRequest, folder: string): ModelRequest {
  if (request.normalisation !== null || request.record !== null)
    throw bad(
      'this model says itself how it is used',
      request.record === null ? '--normalise' : '--record',
      'leave it out: it is for checkpoints from elsewhere',
    );
  if (request.data === null && request.format === null) return request;
  const { id, data } = manifestOf(folder);
  if (request.format !== null && request.format !== data.id)
    throw bad(`${id} reads ${data.id}`, '--data-format', `leave it out, or say ${data.id}`);
  if (data.id === 'signs' && request.data !== null)
    throw bad(`${id} reads signs, which are drawn`, '--data', 'leave --data out');
  return { ...request, format: data.id };
}

function formatOf(given: Given): DatasetName | 'signs' | null {
  const word = given.get('data-format');
  if (word === undefined) return null;
  const format = choice(FORMATS)(word);
  if (format !== undefined) return format;
  const remedy = `the nearest is ${nearest(word, FORMATS)}`;
  throw badValue('data-format', word, `one of ${FORMATS.join(', ')}`, remedy);
}

function pathOf(name: string, given: Given): string | null {
  const path = given.get(name);
  if (path === undefined) return null;
  if (existsSync(path)) return path;
  throw badValue(name, path, 'a file or folder that exists', 'check the path');
}

function bad(message: string, field: string, remedy: string): FmpError {
  return new FmpError(message, { code: 'badInput', field, remedy });
}
