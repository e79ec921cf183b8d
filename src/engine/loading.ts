/** From a model's id or a checkpoint to a session that can run it. */
import type { LoadedModel, ModelSummary } from '../bridge/protocol.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { Dataset } from '../data/dataset.ts';
import { listModelIds, readEncoder, readManifest, readModel } from './modelStore.ts';
import type { OwnFiles } from './ownFiles.ts';
import type { RunnableModel } from './ownModel.ts';
import type { Platform } from './platform.ts';
import type { Pool } from './pool.ts';
import { Session } from './session.ts';
import { commonTarget } from './storedTrigger.ts';

/** A model with the images that it reads. */
export interface Loadable {
  readonly model: RunnableModel;
  readonly dataset: Dataset;
}

/** The bundled models, and which of them need images that are not there. */
export async function listModels(
  platform: Platform,
  files: OwnFiles,
): Promise<readonly ModelSummary[]> {
  const ids = await listModelIds(platform);
  const there = new Set<string>((await files.data()).map(({ name }) => name));
  return Promise.all(
    ids.map(async (id) => {
      const manifest = await readManifest(platform, `models/${id}`);
      const ready = manifest.data.id === 'signs' || there.has(manifest.data.id);
      return {
        manifest,
        needs: ready ? null : `needs the ${manifest.data.id.toUpperCase()} images`,
      };
    }),
  );
}

/**
 * @param id a bundled id, the path of a model folder, or of the weights file in one
 * @param signal ends the download @throws FmpError cancelled when it did
 */
export async function loadBundled(
  platform: Platform,
  files: OwnFiles,
  id: string,
  onBytes?: (loaded: number, total: number) => void,
  signal?: AbortSignal,
): Promise<Loadable> {
  const folder = folderOf(id);
  const { data, architecture } = await readManifest(platform, folder);
  // First: without its images there is no use in downloading the weights.
  const { dataset } = await files.dataset(data.id, architecture.classes, id);
  const opened = await readModel(platform, folder, onBytes, signal);
  return { model: { ...opened, stored: null }, dataset };
}

/**
 * Puts the model on the workers and looks at its samples.
 * @param other a trigger in the place of the model's own, or none where it says null
 */
export async function openSession(
  platform: Platform,
  pool: Pool,
  { model, dataset }: Loadable,
  other: { readonly trigger: TriggerSpec | null } | null,
): Promise<{ readonly session: Session; readonly loaded: LoadedModel }> {
  const session = new Session(model, dataset, pool, () => readEncoder(platform));
  if (other !== null) session.trigger = other.trigger;
  await session.setWeights(model.stateDict);
  const samples = await session.samples();
  const probabilities = await session.probabilities(samples);
  const { manifest, plan, stored } = model;
  const { trainCount: trainImages, testCount: testImages } = dataset;
  const { trigger } = session;
  return {
    session,
    loaded: {
      ...{ manifest, plan, trigger, samples, probabilities, trainImages, testImages },
      ...(stored === null
        ? {}
        : { stored: { images: stored.labels.length, target: commonTarget(stored) } }),
    },
  };
}

function folderOf(id: string): string {
  if (!id.includes('/')) return `models/${id}`;
  return id.endsWith('.safetensors') ? id.slice(0, id.lastIndexOf('/')) : id;
}
