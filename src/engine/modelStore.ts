/** Reads bundled models and their data through the platform; every file is checked before use. */
import { FmpError } from '../core/errors.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { OpenedDataset } from '../data/readers/openDataset.ts';
import { decodeAtlas } from '../data/signs/atlas.ts';
import { SIGN_CLASSES } from '../data/signs/classes.ts';
import { createSigns } from '../data/signs/signs.ts';
import { signsDataset } from '../data/signsDataset.ts';
import { openEncoder, parseEncoderManifest } from '../formats/encoderFolder.ts';
import { type Manifest, parseManifest } from '../formats/manifest.ts';
import { extraFiles, type OpenedModel, openModel } from '../formats/modelFolder.ts';
import type { Platform } from './platform.ts';

const ENCODER = 'models/ssba-encoder';
const ATLAS = 'data/signs-atlas.bin';

export function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new FmpError(`${path} is not JSON`, {
      ...{ code: 'badData', field: path, expected: 'a JSON file' },
      remedy: 'restore the file from the release',
    });
  }
}

/** Ids of the bundled models, the default one first. */
export async function listModelIds(platform: Platform): Promise<readonly string[]> {
  const path = 'models/index.json';
  const index = parseJson(await platform.read(path), path) as { models?: unknown };
  if (Array.isArray(index.models) && index.models.every((id) => typeof id === 'string'))
    return index.models;
  throw new FmpError('the list of models is not valid', {
    ...{ code: 'badData', field: path, expected: '{"models": [ids]}' },
    remedy: 'restore the file from the release',
  });
}

export async function readManifest(platform: Platform, folder: string): Promise<Manifest> {
  const path = `${folder}/manifest.json`;
  return parseManifest(parseJson(await platform.read(path), path));
}

/** @param folder e.g. `models/signs-badnets` */
export async function readModel(
  platform: Platform,
  folder: string,
  onBytes?: (loaded: number, total: number) => void,
  signal?: AbortSignal,
): Promise<OpenedModel> {
  const manifest = await readManifest(platform, folder);
  const total = manifest.weights.bytes;
  const weights = await platform.read(
    `${folder}/${manifest.weights.file}`,
    (loaded) => onBytes?.(loaded, total),
    signal,
  );
  const read = (name: string): Promise<Uint8Array> =>
    platform.read(`${folder}/${name}`, undefined, signal);
  const extras = await Promise.all(
    extraFiles(manifest).map(async (name) => [name, await read(name)] as const),
  );
  return openModel({ manifest, weights, extras: new Map(extras) });
}

/** SSBA's encoder, for a trigger of a model that was not made with it. */
export async function readEncoder(platform: Platform): Promise<StateDict> {
  const path = `${ENCODER}/manifest.json`;
  const manifest = parseJson(await platform.read(path), path);
  const { file } = parseEncoderManifest(manifest).weights;
  return openEncoder(manifest, await platform.read(`${ENCODER}/${file}`));
}

/** The procedural signs, the only data set that needs no file of the user's. */
export async function readSigns(platform: Platform): Promise<OpenedDataset> {
  const dataset = signsDataset(createSigns(decodeAtlas(await platform.read(ATLAS))));
  return { dataset, classNames: SIGN_CLASSES, format: 'procedural signs', notes: [] };
}
