/** The models that a comparison or a sweep is about. */
import { existsSync, statSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { DatasetName } from '../bridge/own.ts';
import type { EngineApi } from '../bridge/protocol.ts';
import { FmpError } from '../core/errors.ts';
import type { Subject } from '../core/study/recorded.ts';
import type { RatedModel } from '../core/study/sweepSpec.ts';
import type { Manifest } from '../formats/manifest.ts';
import { openPath } from '../data/archive/nodeSource.ts';
import { imagesAt } from './dataFiles.ts';
import { OWN_ID } from './loadModel.ts';
import type { ModelRequest } from './modelOptions.ts';
import { bundledIds, manifestOf, resolveModel } from './modelPath.ts';
import { shownReading } from './reading.ts';
import { besideOf } from './recordFolder.ts';
import type { Terminal } from './terminal.ts';

export interface StudyModel {
  /** What the engine calls it. */
  readonly id: string;
  readonly subject: Subject;
  readonly dataId: Manifest['data']['id'] | DatasetName;
  /** Tells it from every other model: a kept result belongs to this and nothing else. */
  readonly fingerprint: string;
}

/**
 * A bundled model and the images that are given for it; models of drawn signs need none. Its kept results
 * are found again while their files have the same paths, sizes and times.
 * @param data path of the images; null: none are given
 * @throws FmpError badInput: no such model, or a checkpoint, which is compared alone;
 *   badData: no images there
 */
export async function studyModel(
  name: string,
  modelsDir: string,
  data: string | null,
): Promise<StudyModel> {
  const place = resolveModel(name, modelsDir);
  if (place.kind === 'own')
    throw new FmpError('a checkpoint from elsewhere is compared alone, and not swept', {
      ...{ code: 'badInput', field: '--model', got: place.path },
      expected: 'ids of bundled models, or folders like theirs',
      remedy: 'fmp models lists them; fmp compare takes one checkpoint, fmp run, too',
    });
  const manifest = manifestOf(place.folder);
  const { title, attack, weights } = manifest;
  const dataId = manifest.data.id;
  const images = dataId === 'signs' ? null : await stateOf(data);
  return {
    id: place.id,
    subject: {
      ...{ id: place.id, title, data: dataId, attack: attack?.kind ?? null },
      poisoningRate: attack?.poisoningRate ?? null,
    },
    dataId,
    fingerprint: JSON.stringify([weights.sha256, attack, ...(images === null ? [] : [images])]),
  };
}

/**
 * A checkpoint from elsewhere. Its kept results are found again while its files and its images have the
 * same paths, sizes and times, and the answers to what it does not say are the same.
 * @param path of the checkpoint @throws FmpError badData when files cannot be read
 */
export async function ownStudyModel(path: string, request: ModelRequest): Promise<StudyModel> {
  const { data, clean, record, format, normalisation, trigger } = request;
  const dataId = format ?? 'folder';
  const beside = besideOf(path);
  const images = record ?? (existsSync(beside) ? beside : null);
  const states = await Promise.all([path, data, clean, images].map(stateOf));
  return {
    id: OWN_ID,
    subject: {
      ...{ id: OWN_ID, title: basename(path), data: dataId, attack: 'unknown' },
      poisoningRate: null,
    },
    dataId,
    fingerprint: JSON.stringify([states, format, normalisation, trigger]),
  };
}

/** Sizes and times of the file or the files of the folder at a path. */
async function stateOf(path: string | null): Promise<readonly unknown[] | null> {
  if (path === null) return null;
  const whole = resolve(path);
  const single = statSync(whole, { throwIfNoEntry: false })?.isFile() === true;
  const files = await openPath(fs, whole);
  return files.map((file) => {
    const { size, mtimeMs } = statSync(single ? whole : join(whole, file.path));
    return [single ? whole : join(whole, file.path), size, mtimeMs];
  });
}

/** What of every bundled model decides whether a sweep over the poisoning rate uses it. */
export function ratedModels(modelsDir: string): readonly RatedModel[] {
  return bundledIds(modelsDir).map((id) => {
    const { attack } = manifestOf(join(modelsDir, id));
    return { id, poisoningRate: attack?.poisoningRate ?? null };
  });
}

/**
 * Which data set the images that were given have to be of; null: none were given, and the engine says what is
 * missing.
 * @throws FmpError badInput when no model needs them, or they would have to be of two kinds
 */
export function formatOfImages(
  models: readonly StudyModel[],
  path: string | null,
): StudyModel['dataId'] | null {
  if (path === null) return null;
  const needed = [...new Set(models.map(({ dataId }) => dataId))].filter((id) => id !== 'signs');
  const [format, ...others] = needed;
  if (format === undefined || others.length > 0)
    throw new FmpError('--data does not fit these models', {
      ...{ code: 'badInput', field: '--data', got: needed.join(', ') || 'signs, which are drawn' },
      expected: 'models of one data set beside the signs',
      remedy: 'compare them one data set at a time; finished results are kept',
    });
  return format;
}

/** Opens the images that were given for the models that need some; the others draw theirs. */
export async function openStudyData(
  engine: EngineApi,
  models: readonly StudyModel[],
  path: string | null,
  terminal: Terminal | null,
): Promise<void> {
  const format = formatOfImages(models, path);
  if (path === null || format === null || format === 'signs') return;
  const files = await imagesAt(path);
  await shownReading(terminal, (onProgress) => engine.openData(format, files, onProgress));
}
