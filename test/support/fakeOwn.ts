/** The part of the fake engine that deals with files of the person's. It reads none. */
import type {
  CheckpointChoice,
  CheckpointInfo,
  DataFile,
  DataInfo,
  DatasetName,
  ExportedWeights,
  OnRead,
  OwnFilesApi,
} from '../../src/bridge/own.ts';
import type { LoadedModel } from '../../src/bridge/protocol.ts';
import { FmpError } from '../../src/core/errors.ts';
import { fakeLoaded, fakeManifest } from './fakeModel.ts';

const CLASSES: Readonly<Record<DatasetName, number>> = {
  ...{ cifar10: 10, cifar100: 100, gtsrb: 43, folder: 3 },
};

/** 43 classes with named classes and no triggered images: a plain safetensors file. */
export function fakeCheckpoint(patch: Partial<CheckpointInfo> = {}): CheckpointInfo {
  const { plan, manifest } = fakeLoaded();
  return {
    ...{ name: 'mine.safetensors', format: 'safetensors', kind: 'safetensors', plan },
    architecture: 'PreActResNet, width 16, blocks 2-2-2-2, 43 classes',
    classes: manifest.architecture.classes,
    tensors: [
      { name: 'conv1.weight', shape: [16, 3, 3, 3], dtype: 'F32' },
      { name: 'linear.weight', shape: [43, 128], dtype: 'F32' },
    ],
    metadata: { epoch: '99' },
    guess: {
      dataset: 'gtsrb',
      normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
      because: 'it has 43 classes',
    },
    missing: ['normalisation', 'class names', 'trigger'],
    triggered: 0,
    ...patch,
  };
}

/** Files named `bad…` are refused; one named `slow…` is read until it is cancelled. */
export abstract class FakeOwn implements OwnFilesApi<LoadedModel> {
  private readonly opened = new Map<DatasetName, DataInfo>();
  private stop: (() => void) | null = null;
  abstract readonly calls: string[];
  protected abstract loaded: LoadedModel | null;

  async openData(
    name: DatasetName,
    files: readonly DataFile[],
    onProgress?: OnRead,
  ): Promise<DataInfo> {
    this.calls.push(`openData ${name} ${files.map(({ path }) => path).join(' ')}`);
    await this.read(files, 'badData', onProgress);
    const classNames = Array.from({ length: CLASSES[name] }, (_, k) => `class ${String(k)}`);
    const info = {
      name,
      classNames,
      trainCount: 39_209,
      testCount: 12_630,
      notes: ['as published'],
    };
    this.opened.set(name, info);
    return info;
  }

  data(): Promise<readonly DataInfo[]> {
    return Promise.resolve([...this.opened.values()]);
  }

  forgetData(name: DatasetName): Promise<void> {
    this.opened.delete(name);
    return Promise.resolve();
  }

  cancelOpen(): Promise<void> {
    this.stop?.();
    return Promise.resolve();
  }

  async openCheckpoint(files: readonly DataFile[], onProgress?: OnRead): Promise<CheckpointInfo> {
    this.calls.push(`openCheckpoint ${files.map(({ path }) => path).join(' ')}`);
    await this.read(files, 'badModel', onProgress);
    const name = files[0]?.path ?? '';
    return fakeCheckpoint({ name, triggered: name.startsWith('attack_result') ? 200 : 0 });
  }

  useCheckpoint({ dataset, trigger, classNames }: CheckpointChoice): Promise<LoadedModel> {
    this.calls.push(`useCheckpoint ${dataset} ${trigger?.kind ?? 'none'}`);
    const model = fakeLoaded(fakeManifest({ id: 'own', title: 'mine.safetensors', attack: null }));
    const { manifest } = model;
    this.loaded = {
      ...model,
      trigger,
      manifest: {
        ...{ ...manifest, attack: 'unknown', metrics: null, data: { id: dataset } },
        classes: [...(classNames ?? manifest.classes)],
      },
    };
    return Promise.resolve(this.loaded);
  }

  exportWeights(stage: 'pruned' | 'fineTuned'): Promise<ExportedWeights> {
    this.calls.push(`exportWeights ${stage}`);
    return Promise.resolve({ weights: Uint8Array.of(1, 2, 3), mask: '{}' });
  }

  /** Whether a model's images are open. */
  protected has(id: string): boolean {
    return Array.from(this.opened.keys()).some((name) => name === id);
  }

  private async read(
    files: readonly DataFile[],
    code: 'badData' | 'badModel',
    onProgress?: OnRead,
  ): Promise<void> {
    const [first] = files;
    onProgress?.(4_000_000, 10_000_000);
    if (first?.path.startsWith('slow') === true)
      await new Promise<void>((resolve) => {
        this.stop = resolve;
      }).then(() => {
        throw new FmpError('opening was cancelled', { code: 'cancelled' });
      });
    if (first?.path.startsWith('bad') === true)
      throw new FmpError('the file is cut short', {
        ...{ code, field: first.path, got: '10 bytes', expected: '30,730,000 bytes' },
        remedy: 'download it again',
      });
  }
}
