/**
 * Files of the user's own: data sets, checkpoints, and what is taken home again. Types only, as in
 * `protocol.ts`, whose `EngineApi` has these requests.
 */
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { Normalisation } from '../core/network/evalNetwork.ts';
import type { NetworkPlan } from '../core/network/plan.ts';
import type { ModelFacts } from '../formats/modelFacts.ts';

/** Data sets that a user can bring; `folder` is any folder of images per class. */
export type DatasetName = 'cifar10' | 'cifar100' | 'gtsrb' | 'folder';

/** The id of the model that `useCheckpoint` makes. */
export type OwnId = 'own';

/** What is needed of a `Blob` or `File`; only those cross to the page's worker. */
export interface BlobSource {
  /** Bytes. */
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A file that the user gave. */
export interface DataFile {
  /** Its name, or its path inside the folder that was given, with `/`. */
  readonly path: string;
  readonly blob: BlobSource;
}

/** An opened data set. */
export interface DataInfo {
  readonly name: DatasetName;
  /** By class. */
  readonly classNames: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
  /** What the user should know, e.g. that the browser had no room to keep it. */
  readonly notes: readonly string[];
}

/** What a checkpoint is, before anything is done with it. */
export interface CheckpointInfo {
  /** Of the file. */
  readonly name: string;
  readonly format: 'safetensors' | 'zip' | 'legacy';
  /** What kind of file it is, for people. */
  readonly kind: string;
  /** E.g. "PreActResNet, width 64, blocks 2-2-2-2, 10 classes". */
  readonly architecture: string;
  readonly plan: NetworkPlan;
  readonly classes: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: string;
  }[];
  /** Plain facts of the file, e.g. `epoch`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What to suggest for what the file does not say. */
  readonly guess: {
    readonly dataset: DatasetName | 'signs' | null;
    readonly normalisation: Normalisation | null;
    /** One phrase, e.g. "the file says clean_data cifar10". */
    readonly because: string;
  };
  /** What has to be asked for: "normalisation", "class names", "trigger". */
  readonly missing: readonly string[];
  /** Triggered test images that came with it. */
  readonly triggered: number;
}

/** The answers to what a checkpoint does not say. */
export interface CheckpointChoice {
  readonly normalisation: Normalisation;
  readonly dataset: DatasetName | 'signs';
  /** By class; those of the data set unless given. */
  readonly classNames?: readonly string[];
  /** Null: the triggered images that came with the checkpoint are used, where there are any. */
  readonly trigger: TriggerSpec | null;
}

export interface ExportedWeights {
  /** .safetensors, float32, PyTorch's names. */
  readonly weights: Uint8Array;
  /** The pruned feature maps as JSON; see docs/checkpoints.md. */
  readonly mask: string;
}

/** Bytes read and bytes in all. */
export type OnRead = (read: number, total: number) => void;

/** The part of `EngineApi` that deals with them; `Loaded` is its `LoadedModel`. */
export interface OwnFilesApi<Loaded extends { readonly manifest: ModelFacts }> {
  /**
   * Opens a data set and keeps it for the models that need it; where it can, also for the next
   * visit. Replaces the one of the same name.
   * @param clean files whose images the defender has, in the place of the data set's training part
   * @throws FmpError badData: what was found and what was expected; cancelled
   */
  openData(
    name: DatasetName,
    files: readonly DataFile[],
    onProgress?: OnRead,
    clean?: readonly DataFile[],
  ): Promise<DataInfo>;
  /** What is open, or kept from an earlier visit: that is opened when a model needs it. */
  data(): Promise<readonly DataInfo[]>;
  /** Closes a data set and deletes what is kept of it; does nothing where there is none. */
  forgetData(name: DatasetName): Promise<void>;
  /** Ends `openData` or `openCheckpoint`, which reject with FmpError cancelled. */
  cancelOpen(): Promise<void>;
  /**
   * Reads a checkpoint: one file of weights, and with it its record folder or a zip of that. The
   * loaded model stays until `useCheckpoint`.
   * @throws FmpError badModel, badInput, cancelled
   */
  openCheckpoint(files: readonly DataFile[], onProgress?: OnRead): Promise<CheckpointInfo>;
  /**
   * Loads the checkpoint that was opened last as the model `own`.
   * @throws FmpError badInput naming the answer that is wrong; badData where the data set is not
   *   open or has another number of classes
   */
  useCheckpoint(choice: CheckpointChoice): Promise<Loaded>;
  /**
   * The network that the last run of the loaded model left, and the feature maps it pruned.
   * @throws FmpError badInput when the run did not come so far
   */
  exportWeights(stage: 'pruned' | 'fineTuned'): Promise<ExportedWeights>;
}
