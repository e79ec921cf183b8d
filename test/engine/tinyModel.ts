/** A platform in memory: a model of 26 feature maps, random images, one compute in this thread. */
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { presetSpec } from '../../src/core/presets.ts';
import { createRandom } from '../../src/core/random.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { saveDataset } from '../../src/data/cache/datasetCache.ts';
import type { Dataset, LabelledImages } from '../../src/data/dataset.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import type { Platform } from '../../src/engine/platform.ts';
import type { Manifest } from '../../src/formats/manifest.ts';
import { FmpError } from '../../src/core/errors.ts';
import { type WritableTensor, writeSafetensors } from '../../src/formats/safetensors.ts';
import { sha256 } from '../../src/formats/sha256.ts';
import { signedWeights } from '../core/network/tiny.ts';
import { MANIFEST } from '../support/manifest.ts';
import { memoryStore } from '../support/memoryStore.ts';
import { TINY_PLAN } from '../support/weights.ts';

const IMAGE_VALUES = 32 * 32 * 3;
const CLASSES = TINY_PLAN.architecture.classes;
export const TINY_MAPS = TINY_PLAN.maps;
export const TINY_ID = MANIFEST.id;

/** The class of image i is i mod 3, and its pixels are noise of its own. */
function read(split: string, indices: Int32Array): LabelledImages {
  const images = new Uint8Array(indices.length * IMAGE_VALUES);
  indices.forEach((index, i) => {
    const random = createRandom(index, split);
    for (let v = 0; v < IMAGE_VALUES; v++) images[i * IMAGE_VALUES + v] = random.below(256);
  });
  return { images, labels: indices.map((index) => index % CLASSES) };
}

const DATASET: Dataset = {
  ...{ id: 'cifar10', classes: CLASSES, trainCount: 40, testCount: 30, mirrors: true },
  showcase: [],
  train: (indices) => read('train', indices),
  test: (indices) => read('test', indices),
};

/** @param spoil changes the manifest before it is served @param testCount test images */
export async function tinyPlatform(
  spoil: (manifest: Manifest) => Manifest = (manifest) => manifest,
  testCount = DATASET.testCount,
): Promise<Platform> {
  const tensors = [...signedWeights(TINY_PLAN)].map(([name, tensor]): [string, WritableTensor] => [
    name,
    { dtype: 'F32', ...tensor },
  ]);
  const weights = writeSafetensors(new Map(tensors));
  const manifest = spoil({
    ...MANIFEST,
    data: { ...MANIFEST.data, id: 'cifar10' },
    weights: { ...MANIFEST.weights, bytes: weights.length, sha256: await sha256(weights) },
  });
  const store = memoryStore();
  const classNames = [...manifest.classes];
  const dataset = { ...DATASET, testCount };
  await saveDataset(store, { dataset, classNames, format: 'test', notes: [] }, sha256);
  const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const files = new Map([
    ['models/index.json', json({ models: [TINY_ID] })],
    [`models/${TINY_ID}/manifest.json`, json(manifest)],
    [`models/${TINY_ID}/${manifest.weights.file}`, weights],
  ]);
  return {
    read: (path) => {
      const found = files.get(path);
      if (found !== undefined) return Promise.resolve(found);
      return Promise.reject(new FmpError(`${path} is missing`, { code: 'badData', field: path }));
    },
    spawn: () => {
      throw new Error('these tests compute in their own thread');
    },
    store: () => Promise.resolve(store),
    ...{ cores: 1, wasmPath: wasmFolder(), allowSoftwareGpu: false },
    now: () => performance.now() / 1000,
  };
}

/** An engine on WASM in this thread. */
export async function tinyEngine(spoil?: (manifest: Manifest) => Manifest): Promise<Engine> {
  const platform = await tinyPlatform(spoil);
  return new Engine(platform, { backend: 'wasm', local: new Compute().handlers });
}

/** 4 images, 2 steps, 5 of 26 maps pruned, 2 epochs on 18 images. */
export function tinySpec(changes: Partial<RunSpec> = {}): RunSpec {
  const base = presetSpec('lab', TINY_ID);
  return {
    ...base,
    frg: { ...base.frg, eps: 0.1, steps: 2, images: 4, maps: 'all' },
    ...{ p: 5, evaluation: { images: 12 } },
    fineTune: { ...base.fineTune, epochs: 2, retrainRatio: 0.5, batchSize: 8 },
    ...changes,
  };
}

/** Events as words, progress left out and repetitions folded. */
export function story(events: readonly RunEvent[]): string[] {
  const words = events
    .filter((event) => event.kind !== 'progress')
    .map((event) => {
      if (event.kind === 'phase') return [event.phase, event.stage].filter(Boolean).join(' ');
      return event.kind === 'stage' ? `stage ${event.stage}` : event.kind;
    });
  return words.filter((word, i) => word !== words[i - 1]);
}

/** Predictions of the FRG rows in these events, and where each row began. */
export function frgRows(events: readonly RunEvent[]): { from: number[]; predictions: number[] } {
  const rows = events.filter((event) => event.kind === 'frgRows');
  return {
    from: rows.map((row) => row.from),
    predictions: rows.flatMap((row) => [...row.predictions]),
  };
}
