/** The requests of `EngineApi` as they cross the page's worker boundary. */
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { StudyEvent, StudyJob } from '../core/study/job.ts';
import type {
  CheckpointChoice,
  CheckpointInfo,
  DataFile,
  DataInfo,
  DatasetName,
  ExportedWeights,
} from './own.ts';
import type { CutPoint, CutSuggestion } from '../core/frg/knockOut.ts';
import type { CutRequest, MapCurvePoint, TriggeredMap } from './mapLab.ts';
import type { BackendChoice, EngineInfo } from './engineInfo.ts';
import type { ImageReading } from './ownImage.ts';
import type {
  AdoptedSweep,
  LoadedModel,
  MapInspection,
  ModelSummary,
  RunOptions,
  TriggerSamples,
  Until,
} from './protocol.ts';
import type { RunEvent, RunResult } from './runEvents.ts';

interface Ask<P, R, E = never> {
  readonly params: P;
  readonly event: E;
  readonly result: R;
}

interface Read {
  readonly read: number;
  readonly total: number;
}

export interface EngineStart {
  readonly backend: BackendChoice;
  /** `stock`: none but tfjs's own, to compare with; `half`: 16-bit products where there are some. */
  readonly kernels: 'own' | 'stock' | 'half';
  /** Folder of the page, absolute, with a trailing slash: models, data and WASM lie below it. */
  readonly baseUrl: string;
}

export interface EngineContract {
  /** First request of all. */
  start: Ask<EngineStart, null>;
  info: Ask<null, EngineInfo>;
  models: Ask<null, readonly ModelSummary[]>;
  load: Ask<{ readonly id: string }, LoadedModel, { loaded: number; total: number }>;
  cancelLoad: Ask<null, void>;
  run: Ask<
    { readonly spec: RunSpec; readonly until: Until; readonly options: RunOptions },
    RunResult | null,
    RunEvent
  >;
  pause: Ask<null, void>;
  resume: Ask<null, void>;
  step: Ask<null, void>;
  cancel: Ask<null, void>;
  inspect: Ask<
    {
      readonly spec: RunSpec;
      readonly eps: number;
      readonly map: number;
      readonly image: number;
    },
    MapInspection
  >;
  suggestCut: Ask<
    { readonly spec: RunSpec; readonly request: CutRequest },
    CutSuggestion,
    CutPoint
  >;
  mapCurve: Ask<
    { readonly spec: RunSpec; readonly map: number; readonly eps: readonly number[] },
    void,
    MapCurvePoint
  >;
  inspectTriggered: Ask<
    { readonly spec: RunSpec; readonly map: number; readonly index: number },
    TriggeredMap
  >;
  tryTrigger: Ask<{ readonly trigger: TriggerSpec; readonly images: Uint8Array }, Uint8Array>;
  readImage: Ask<{ readonly image: Uint8Array }, ImageReading>;
  lowFrequencyPattern: Ask<{ readonly model: string }, Uint8Array>;
  setTrigger: Ask<{ readonly trigger: TriggerSpec | null }, TriggerSamples>;
  adopt: Ask<{ readonly spec: RunSpec; readonly sweep: AdoptedSweep }, void>;
  accuracyCurve: Ask<{ readonly order: Int32Array; readonly counts: Int32Array }, Float32Array>;
  study: Ask<{ readonly jobs: readonly StudyJob[] }, void, StudyEvent>;
  activationChange: Ask<{ readonly spec: RunSpec }, Float32Array>;
  testImages: Ask<
    {
      readonly spec: RunSpec;
      readonly indices: Int32Array;
      readonly kind: 'clean' | 'triggered';
    },
    Uint8Array
  >;
  openData: Ask<
    {
      readonly name: DatasetName;
      readonly files: readonly DataFile[];
      readonly clean: readonly DataFile[];
    },
    DataInfo,
    Read
  >;
  data: Ask<null, readonly DataInfo[]>;
  forgetData: Ask<{ readonly name: DatasetName }, void>;
  cancelOpen: Ask<null, void>;
  openCheckpoint: Ask<{ readonly files: readonly DataFile[] }, CheckpointInfo, Read>;
  useCheckpoint: Ask<{ readonly choice: CheckpointChoice }, LoadedModel>;
  exportWeights: Ask<{ readonly stage: 'pruned' | 'fineTuned' }, ExportedWeights>;
}
