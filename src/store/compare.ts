/** The Compare page: what was recorded, what was measured here, and what to measure next. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { casesOf, type CompareCase, jobOf } from '../core/study/compareSpec.ts';
import { aboutMethod, METHOD_IDS, type MethodId } from '../core/study/methods.ts';
import {
  type CompareFile,
  type CompareRow,
  parseCompareFile,
  type Subject,
} from '../core/study/recorded.ts';
import type { Manifest } from '../formats/manifest.ts';
import {
  IDLE,
  studyBar,
  type StudyItem,
  type StudyPort,
  StudyRunner,
  type StudyStatus,
} from './compareJobs.ts';
import { openRecorded, type Recorded } from './recordedFile.ts';
import { deviceText } from './selectors.ts';
import type { Provenance } from './resultsState.ts';
import type { AppState } from './state.ts';

/** What the controls say. */
export interface CompareChoice {
  readonly models: readonly string[];
  readonly methods: readonly MethodId[];
  /** Seeds 0 … n − 1. */
  readonly seeds: number;
  readonly epochs: number;
  readonly retrainRatio: number;
  readonly testImages: number;
}

/** Which results are on show. */
export type StudySource = 'recorded' | 'measured' | 'opened';

export interface CompareState extends Recorded<CompareFile> {
  /** Measured in this tab, on the budget that was run last. */
  readonly measured: CompareFile | null;
  /** From a file. */
  readonly opened: CompareFile | null;
  readonly source: StudySource;
  /** The model on show; null: the first that has results. */
  readonly model: string | null;
  readonly choice: CompareChoice;
  readonly status: StudyStatus;
}

const FIRST_CHOICE: CompareChoice = {
  ...{ models: [], methods: ['fmp', 'ft', 'clp', 'random'] },
  ...{ seeds: 1, epochs: 2, retrainRatio: 0.1, testImages: 1000 },
};

/** What of the app this page needs. */
export interface ComparePort extends StudyPort {
  /** The recorded file, not yet trusted; null where there is none. */
  readonly read: () => Promise<unknown>;
  /** ISO date of today. */
  readonly today: () => string;
}

export class CompareStudy {
  readonly store: StoreApi<CompareState>;
  private readonly port: ComparePort;
  private readonly runner: StudyRunner;
  private begun = false;

  constructor(port: ComparePort) {
    this.port = port;
    this.runner = new StudyRunner(port, 'compare');
    this.store = createStore<CompareState>(() => ({
      ...{ reading: 'pending', recorded: null, measured: null, source: 'recorded', model: null },
      opened: null,
      ...{ choice: FIRST_CHOICE, status: IDLE },
    }));
  }

  /** Reads what was recorded; once. */
  open(): Promise<void> {
    return openRecorded(this.store, this.port.read, parseCompareFile);
  }

  /** Shows what a file holds. */
  take(opened: CompareFile): void {
    this.patch({ opened, source: 'opened' });
  }

  /** The model that is chosen until a person chooses. */
  begin(model: string): void {
    if (this.begun) return;
    this.begun = true;
    this.choose({ models: [model] });
  }

  choose(patch: Partial<CompareChoice>): void {
    this.patch({ choice: { ...this.store.getState().choice, ...patch } });
  }

  show(patch: Partial<Pick<CompareState, 'source' | 'model'>>): void {
    this.patch(patch);
  }

  /** Measures what was chosen; what this visit has measured already is taken as it is. */
  async run(): Promise<void> {
    if (studyBar(this.port.get()) !== null) return;
    const { choice, model } = this.store.getState();
    const manifests = this.manifests(choice.models);
    const models = manifests.map(({ id }) => id);
    const base = baseOf(choice);
    const seeds = Array.from({ length: choice.seeds }, (_, seed) => seed);
    const methods = METHOD_IDS.filter((id) => choice.methods.includes(id));
    const cases = casesOf({ version: 1, models, methods: [...methods], seeds, base });
    if (cases.length === 0) return;
    const one = models.length === 1;
    const items = cases.map((about): StudyItem<CompareCase> => {
      const { short } = aboutMethod(about.method);
      const where = one ? '' : `${about.model}, `;
      return {
        ...{ about, job: jobOf(base, about), kind: about.method },
        label: `${where}${short}, seed ${String(about.seed)}`,
      };
    });
    const measured: CompareFile = {
      ...{ version: 1, kind: 'compare', models: manifests.map(subjectOf), base, rows: [] },
    };
    const shown = model !== null && models.includes(model) ? model : (models[0] ?? null);
    this.patch({ measured, source: 'measured', model: shown });
    await this.runner.run(
      items,
      printsOf(this.port.get()),
      (next) => {
        this.patch({ status: next });
      },
      (about, outcome) => {
        this.add({ ...about, ...this.provenance(), outcome });
      },
    );
  }

  async cancel(): Promise<void> {
    await this.runner.cancel();
  }

  private manifests(ids: readonly string[]): readonly Manifest[] {
    return this.port
      .get()
      .session.models.map(({ manifest }) => manifest)
      .filter(({ id }) => ids.includes(id));
  }

  private provenance(): Provenance {
    return provenanceHere(this.port.get(), this.port.today());
  }

  private add(row: CompareRow): void {
    const { measured } = this.store.getState();
    if (measured !== null) this.patch({ measured: { ...measured, rows: [...measured.rows, row] } });
  }

  private patch(patch: Partial<CompareState>): void {
    this.store.setState(patch);
  }
}

/** The lab preset on the budget that was chosen. */
function baseOf({ epochs, retrainRatio, testImages }: CompareChoice): RunSpec {
  const lab = presetSpec('lab', 'any');
  const fineTune = { ...lab.fineTune, epochs, retrainRatio };
  const same = JSON.stringify(fineTune) === JSON.stringify(lab.fineTune);
  return {
    ...lab,
    ...{ preset: same ? 'lab' : 'custom', fineTune, evaluation: { images: testImages } },
  };
}

/** What tells a bundled model, by its id, with the images that it reads from every other in this visit. */
export function printsOf({ session, own }: AppState): (model: string) => string {
  const byId = new Map(
    session.models.map(({ manifest: { id, weights, data } }) => [
      id,
      `${weights.sha256} ${String(own.openings[data.id] ?? 0)}`,
    ]),
  );
  return (model) => byId.get(model) ?? '';
}

/** What a file says of a bundled model. */
export function subjectOf({ id, title, data, attack }: Manifest): Subject {
  return {
    ...{ id, title, data: data.id, attack: attack?.kind ?? null },
    poisoningRate: attack?.poisoningRate ?? null,
  };
}

/** This tab, as the place of a measurement. */
export function provenanceHere({ session }: AppState, date: string): Provenance {
  const { info } = session;
  const device = deviceText(info);
  return { date, commit: '', device };
}
