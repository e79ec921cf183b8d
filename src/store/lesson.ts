/** The lesson's commands: answer, go to a step, bring the app into a step's state. */
import { presetSpec } from '../core/presets.ts';
import { parseRunSpec } from '../core/runSpec.ts';
import { z } from 'zod';
import type { RunCommands, StorePort } from './commands.ts';
import { NO_LESSON, type LessonSlice, type SeenAnswer } from './lessonState.ts';
import { LESSON, stepSpec, type LessonId, type LessonStep } from './lessonSteps.ts';
import { lessonStep, nextStep } from './lessonView.ts';
import type { Route } from './route.ts';
import { isBusy, isReady } from './selectors.ts';

/** A few bytes that outlive the page; both may do nothing where storage is closed. */
export interface Memory {
  readonly read: () => string | null;
  readonly write: (text: string) => void;
}

interface Parts {
  readonly store: StorePort;
  readonly run: RunCommands;
  readonly memory: Memory;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Shows the run that comes with the page; false when it cannot be read. */
  readonly showRecorded: () => Promise<boolean>;
}

const IDS = LESSON.map(({ id }) => id);
const ids = z.enum(IDS as [LessonId, ...LessonId[]]);
const words = z.string().max(2000);
const kept = z.object({
  version: z.literal(1),
  guesses: z.partialRecord(ids, z.string().max(40)),
  seen: z
    .partialRecord(
      ids,
      z.object({
        ...{ question: words, guess: words, right: words, result: words },
        source: z.enum(['measured', 'recorded']),
      }),
    )
    .default({}),
  seconds: z.partialRecord(ids, z.number().min(0)).default({}),
  collapsed: z.boolean(),
});
/** A step that is left open for longer was not read all that time; milliseconds. */
const LONGEST_MS = 3_600_000;

export class LessonCommands {
  private readonly parts: Parts;
  /** The step on show and since when. */
  private shown: { readonly id: LessonId; readonly since: number } | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Takes up what was answered in an earlier visit; anything unreadable is a fresh start. */
  remember(): void {
    const text = this.parts.memory.read();
    if (text === null) return;
    try {
      const { guesses, seen, seconds, collapsed } = kept.parse(JSON.parse(text));
      const answers = { guesses: present(guesses), seen: present(seen), seconds: present(seconds) };
      this.patch({ ...answers, collapsed });
    } catch {
      this.patch(NO_LESSON);
    }
  }

  /** The step that a route means: without a number the one where one goes on. */
  resolve(route: Route): Route {
    if (route.page !== 'lesson' || route.step !== null) return route;
    const state = this.parts.store.get();
    const { page, step } = state.view.route;
    return { page: 'lesson', step: page === 'lesson' && step !== null ? step : nextStep(state) };
  }

  /** What one may see follows the step: Oracle view only where an answer has been given. */
  enter(): void {
    const { store } = this.parts;
    this.countTime();
    const state = store.get();
    const step = lessonStep(state);
    if (step === null) return;
    const reveals = step.reveals && state.lesson.guesses[step.id] !== undefined;
    this.setLens(reveals ? 'oracle' : 'defender');
  }

  /** A step's control run is that step's alone: whoever goes on prunes by FRG again. */
  settle(): void {
    const state = this.parts.store.get();
    const { spec } = state.run;
    const step = lessonStep(state);
    if (isBusy(state) || spec.control === 'none') return;
    if (step !== null && stepSpec(step).control === spec.control) return;
    const free = { ...spec, control: 'none' } as const;
    const { p, seed } = free;
    const lab = { ...presetSpec('lab', spec.model), p, seed };
    const isLab =
      JSON.stringify(parseRunSpec({ ...free, preset: 'lab' })) ===
      JSON.stringify(parseRunSpec(lab));
    const next = isLab ? lab : free;
    this.parts.store.set((s) => ({ ...s, run: { ...s.run, spec: next } }));
  }

  /** The first answer of a step counts. */
  guess(id: LessonId, option: string): void {
    const { lesson } = this.parts.store.get();
    if (lesson.guesses[id] !== undefined) return;
    this.patch({ guesses: { ...lesson.guesses, [id]: option } });
    this.save();
    this.enter();
  }

  /** Remembers what came out of a step; the first time it is shown counts. */
  note(id: LessonId, seen: SeenAnswer): void {
    const { lesson } = this.parts.store.get();
    if (lesson.seen[id] !== undefined) return;
    this.patch({ seen: { ...lesson.seen, [id]: seen } });
    this.save();
  }

  /** Adds the time since the last call to the step that was on show, and begins with the one now. */
  countTime(): void {
    const { store, now } = this.parts;
    const time = now();
    if (this.shown !== null) {
      const { id, since } = this.shown;
      const { seconds } = store.get().lesson;
      const more = Math.min(LONGEST_MS, Math.max(0, time - since)) / 1000;
      this.patch({ seconds: { ...seconds, [id]: (seconds[id] ?? 0) + more } });
      this.save();
    }
    const step = lessonStep(store.get());
    this.shown = step === null ? null : { id: step.id, since: time };
  }

  collapse(collapsed: boolean): void {
    this.patch({ collapsed });
    this.save();
  }

  /** Forgets every answer. */
  restart(): void {
    this.patch({ guesses: {}, seen: {}, seconds: {} });
    this.shown = null;
    this.save();
    this.enter();
  }

  /** Loads the step's network, sets its controls, and runs as far as the step goes. */
  async runHere(step: LessonStep): Promise<void> {
    const { store, run } = this.parts;
    if (isBusy(store.get())) return;
    await this.setUp(step);
    const { session, run: now } = store.get();
    // Its download was cancelled, and another network stays.
    if (session.model?.manifest.id !== step.model) return;
    if (!isReady(store.get()) || now.status === 'failed') return;
    const { pruned } = store.get().results.stages;
    const goesOn = step.id === 'repair' && pruned !== undefined;
    if (goesOn) await run.continueTo(step.until);
    else await run.start(step.until);
  }

  /** The step's network and settings, without a run. */
  async setUp(step: LessonStep): Promise<void> {
    const { store, run } = this.parts;
    const spec = stepSpec(step);
    const { session } = store.get();
    const isLoaded = session.model?.manifest.id === step.model && !session.viewOnly;
    if (!isLoaded) await run.load(step.model, spec);
    else store.set((s) => ({ ...s, run: { ...s.run, spec } }));
  }

  /** The recorded run of the lesson's first network, in the place of one here. */
  async showRecorded(): Promise<void> {
    const { store, run, showRecorded } = this.parts;
    if (isBusy(store.get())) return;
    const { session } = store.get();
    const hasNetwork = session.viewOnly ? null : (session.model?.manifest.id ?? null);
    if (!(await showRecorded())) return;
    const id = store.get().session.model?.manifest.id;
    if (id === undefined) return;
    if (id === hasNetwork) this.loaded();
    else await run.load(id, undefined, true);
  }

  /** The network of the run on show is the one that the engine holds. */
  private loaded(): void {
    this.parts.store.set((s) => ({ ...s, session: { ...s.session, loading: null } }));
  }

  private setLens(lens: 'defender' | 'oracle'): void {
    this.parts.store.set((s) => ({
      ...s,
      view: { ...s.view, lens, peeked: s.view.peeked || lens === 'oracle' },
    }));
  }

  private patch(patch: Partial<LessonSlice>): void {
    this.parts.store.set((s) => ({ ...s, lesson: { ...s.lesson, ...patch } }));
  }

  private save(): void {
    const { store, memory } = this.parts;
    memory.write(JSON.stringify({ version: 1, ...store.get().lesson }));
  }
}

/** Without the steps of which nothing is known. */
function present<T>(
  record: Readonly<Partial<Record<LessonId, T | undefined>>>,
): Readonly<Partial<Record<LessonId, T>>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
