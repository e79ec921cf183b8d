/** The Sweeps page: FMP with one setting moved, recorded and measured here. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';
import {
  parseSweepFile,
  type Subject,
  type SweepFile,
  type SweepRecord,
} from '../core/study/recorded.ts';
import {
  type Axis,
  PAPER_VALUES,
  rateModels,
  type SweepCase,
  sweepCases,
  sweepJob,
  type SweepPoint,
  type SweepSpec,
} from '../core/study/sweepSpec.ts';
import type { Manifest } from '../formats/manifest.ts';
import {
  type ComparePort,
  printsOf,
  provenanceHere,
  type StudySource,
  subjectOf,
} from './compare.ts';
import { IDLE, studyBar, type StudyItem, StudyRunner, type StudyStatus } from './compareJobs.ts';
import { openRecorded, type Recorded } from './recordedFile.ts';
import { epsText } from './selectors.ts';

/** What the controls say of the run that is repeated. */
export interface SweepChoice {
  readonly preset: 'lab' | 'paper';
  /** Seeds 0 … n − 1. */
  readonly seeds: number;
  readonly epochs: number;
  readonly testImages: number;
}

export interface SweepsState extends Recorded<SweepFile> {
  /** Made in this tab, the latest of each setting and model. */
  readonly measured: readonly SweepRecord[];
  /** From a file. */
  readonly opened: SweepFile | null;
  readonly source: StudySource;
  readonly over: Axis;
  /** The model on show and the one to measure; null before any is known. */
  readonly model: string | null;
  readonly choice: SweepChoice;
  readonly status: StudyStatus;
}

export class SweepsStudy {
  readonly store: StoreApi<SweepsState>;
  private readonly port: ComparePort;
  private readonly runner: StudyRunner;

  constructor(port: ComparePort) {
    this.port = port;
    this.runner = new StudyRunner(port, 'sweeps');
    this.store = createStore<SweepsState>(() => ({
      ...{ reading: 'pending', recorded: null, measured: [], source: 'recorded' },
      opened: null,
      ...{ over: 'eps', model: null, status: IDLE },
      choice: { preset: 'lab', seeds: 1, epochs: 2, testImages: 1000 },
    }));
  }

  /** Reads what was recorded; once. */
  open(): Promise<void> {
    return openRecorded(this.store, this.port.read, parseSweepFile);
  }

  show(patch: Partial<Pick<SweepsState, 'source' | 'over' | 'model'>>): void {
    this.patch(patch);
  }

  /** Shows what a file holds. */
  take(opened: SweepFile): void {
    this.patch({ opened, source: 'opened' });
  }

  choose(patch: Partial<SweepChoice>): void {
    this.patch({ choice: { ...this.store.getState().choice, ...patch } });
  }

  /** What a sweep of the model on show would run over, and the values that have no model. */
  plan(): { readonly points: readonly SweepPoint[]; readonly missing: readonly number[] } {
    const { over, model } = this.store.getState();
    if (model === null) return { points: [], missing: [] };
    return sweepPlan(over, model, this.manifests());
  }

  async run(): Promise<void> {
    const { over, model, choice } = this.store.getState();
    const { points } = this.plan();
    if (studyBar(this.port.get()) !== null || model === null || points.length === 0) return;
    const base = baseOf(choice, model);
    const seeds = Array.from({ length: choice.seeds }, (_, seed) => seed);
    const spec: SweepSpec = { version: 1, over, points: [...points], seeds, base };
    const items = sweepCases(spec).map((about): StudyItem<SweepCase> => {
      const value = valueText(over, about.value);
      const kind = over === 'eps' ? over : `${over} ${value}`;
      const label = `${AXIS_SIGNS[over]} ${value}, seed ${String(about.seed)}`;
      return { about, kind, label, job: sweepJob(spec, about) };
    });
    this.replace({ over, model, base, rows: [] });
    this.patch({ source: 'measured' });
    await this.runner.run(
      items,
      printsOf(this.port.get()),
      (next) => {
        this.patch({ status: next });
      },
      (about, outcome) => {
        const place = provenanceHere(this.port.get(), this.port.today());
        const row = { ...about, ...place, outcome };
        const before = this.store.getState().measured.find(isOf(over, model));
        if (before !== undefined) this.replace({ ...before, rows: [...before.rows, row] });
      },
    );
  }

  async cancel(): Promise<void> {
    await this.runner.cancel();
  }

  private manifests(): readonly Manifest[] {
    return this.port.get().session.models.map(({ manifest }) => manifest);
  }

  private replace(record: SweepRecord): void {
    const { measured } = this.store.getState();
    const isSame = isOf(record.over, record.model);
    this.patch({ measured: [...measured.filter((other) => !isSame(other)), record] });
  }

  private patch(patch: Partial<SweepsState>): void {
    this.store.setState(patch);
  }
}

/** Models that a page can say something of: those of sweeps on file, else those that come along. */
export function sweepSubjects(
  { recorded, opened }: SweepsState,
  manifests: readonly Manifest[],
): readonly Subject[] {
  const bundled = manifests
    .filter(({ id, attack }) => attack !== null && !id.includes('-rate-'))
    .map(subjectOf);
  const known = new Set(bundled.map(({ id }) => id));
  const others = [recorded, opened].flatMap((file) => {
    const swept = new Set(file?.sweeps.map(({ model }) => model));
    return file?.models.filter(({ id }) => swept.has(id) && !known.has(id)) ?? [];
  });
  return [...bundled, ...new Map(others.map((subject) => [subject.id, subject])).values()];
}

export function sweepPlan(
  over: Axis,
  model: string,
  manifests: readonly Manifest[],
): { readonly points: readonly SweepPoint[]; readonly missing: readonly number[] } {
  const values = PAPER_VALUES[over];
  if (over !== 'rate') return { points: values.map((value) => ({ value, model })), missing: [] };
  const rated = manifests.map(({ id, attack }) => {
    return { id, poisoningRate: attack?.poisoningRate ?? null };
  });
  return rateModels(model, values, rated);
}

export const isOf =
  (over: Axis, model: string) =>
  (record: SweepRecord): boolean =>
    record.over === over && record.model === model;

export const AXIS_SIGNS: Readonly<Record<Axis, string>> = {
  eps: 'ε',
  p: 'p',
  retrain: 'ratio',
  rate: 'rate',
};

/** "4/255", "16", "10 %" */
export function valueText(over: Axis, value: number): string {
  if (over === 'eps') return epsText(value);
  if (over === 'p') return String(value);
  return `${String(Math.round(value * 1000) / 10)}\u00a0%`;
}

function baseOf({ preset, epochs, testImages }: SweepChoice, model: string): RunSpec {
  const spec = presetSpec(preset, model);
  const same = spec.fineTune.epochs === epochs;
  return {
    ...{ ...spec, preset: same ? preset : 'custom', evaluation: { images: testImages } },
    fineTune: { ...spec.fineTune, epochs },
  };
}
