/** Addresses: what a link asks for, and how the page follows one. */
import type { ModelSummary } from '../bridge/protocol.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import type { RunCommands, StorePort } from './commands.ts';
import { withKeep } from './keep.ts';
import { fitted } from './linkFit.ts';
import type { LessonCommands } from './lesson.ts';
import { stepSpec, type LessonStep } from './lessonSteps.ts';
import { lessonStep } from './lessonView.ts';
import { OWN_ID } from './ownState.ts';
import { parseRoute } from './route.ts';
import type { OpenedRun } from './runFile.ts';
import type { AppState } from './state.ts';
import type { ViewSlice } from './viewState.ts';
import { decodeLink } from './urlCodec.ts';

/** Why a link's model is not the one on show. */
function missingModel(id: string, models: readonly ModelSummary[]): string {
  if (id === OWN_ID)
    return 'The link is about a network from a file, and links hold no files; open it again.';
  const needs = models.find(({ manifest }) => manifest.id === id)?.needs ?? null;
  return needs === null
    ? `The link’s model “${id}” cannot run here; another one is shown.`
    : `The link’s model “${id}” ${needs}; another one is shown until you choose it and open them.`;
}

/** Parsed, both have their keys in the same order. */
function isAlike(a: RunSpec, b: RunSpec): boolean {
  return JSON.stringify(parseRunSpec(a)) === JSON.stringify(parseRunSpec(b));
}

interface Parts {
  readonly store: StorePort;
  readonly run: RunCommands;
  readonly lesson: LessonCommands;
  readonly setView: (patch: Partial<ViewSlice>) => void;
  /** The location hash at the start. */
  readonly hash: string;
}

export class LinkCommands {
  private readonly parts: Parts;
  /** What the first look at the link will read: whoever turns a page meanwhile is not taken back. */
  private first: string;

  constructor(parts: Parts) {
    this.parts = parts;
    this.first = parts.hash;
  }

  /**
   * This run as the link at the start asks for it: its line may stand elsewhere. Null where the link
   * asks for what this run does not show.
   */
  asksFor(opened: OpenedRun): OpenedRun | null {
    const link = decodeLink(this.parts.hash);
    const { id } = opened.model.manifest;
    const step = this.stepOf(this.parts.hash);
    const wanted = link.model ?? step?.model ?? id;
    if (wanted !== id) return null;
    const spec = parseRunSpec(link.spec(id));
    const madeBy = (one: RunSpec): RunSpec => withKeep({ ...one, p: 1 }, []);
    return isAlike(madeBy(spec), madeBy(opened.spec)) ? { ...opened, spec } : null;
  }

  /** The step on show where the link to it has no settings of its own: it has those of the step. */
  private stepOf(hash: string): LessonStep | null {
    return hash.includes('?') ? null : lessonStep(this.parts.store.get());
  }

  /** What the link says of the view, at once: it needs no engine. */
  lookFirst(): void {
    const { lesson, setView, hash } = this.parts;
    const { view } = decodeLink(hash);
    setView({ ...view, route: lesson.resolve(view.route) });
  }

  /** Loads what the link at the start asks for; what a person has moved meanwhile stays. */
  openFirst(): Promise<void> {
    return this.follow(this.first, true);
  }

  /** Loads the link's model, else the first that can run, and sets the controls as it says. */
  open(hash: string): Promise<void> {
    return this.follow(hash, false);
  }

  private async follow(hash: string, isFirst: boolean): Promise<void> {
    const { store, run, lesson, setView } = this.parts;
    const link = decodeLink(hash);
    const { models, model, loading, viewOnly, unloaded } = store.get().session;
    const isElsewhere = viewOnly && unloaded === null;
    const shown = isElsewhere ? undefined : model?.manifest.id;
    const canRun = models.filter(({ needs }) => needs === null).map(({ manifest }) => manifest.id);
    setView({ ...(isFirst ? {} : link.view), route: lesson.resolve(link.view.route) });
    const step = this.stepOf(hash);
    const asked = link.model ?? step?.model ?? null;
    const isHere = asked !== null && (asked === shown || canRun.includes(asked));
    const wanted = isHere ? asked : null;
    const specFor = (model: string): RunSpec =>
      step?.model === model ? stepSpec(step) : link.spec(model);
    const missing =
      link.model !== null && wanted === null ? [missingModel(link.model, models)] : [];
    const id = wanted ?? canRun[0];
    this.patchSession({ notices: [...link.notices, ...missing] });
    lesson.enter();
    if (id === undefined) {
      const message = 'No model can run here.';
      const remedy = 'Reload the page; if this stays, the models folder is missing.';
      this.patchSession({ error: { message, code: 'badModel', remedy } });
      store.set((s) => ({ ...s, run: { ...s.run, status: 'failed' } }));
    } else if (id !== shown) {
      await run.load(id, specFor(id));
      // Loading forgets what was looked at in the network before.
      const { pins, range, layer, focusMap } = link.view;
      const isLoaded = store.get().session.model?.manifest.id === id;
      if (isLoaded) setView({ pins, range, layer, focusMap });
    } else {
      // The run on show at the start is the one that its link asks for.
      const isMoved = isFirst && !isAlike(store.get().run.spec, link.spec(id));
      const stays = isFirst && (isMoved || step === null);
      if (!stays) store.set((s) => ({ ...s, run: { ...s.run, spec: specFor(id) } }));
      if (loading !== null) await run.load(id, undefined, true);
    }
    store.set(fitted);
  }

  /** Follows an address: one without settings only turns the page. */
  async visit(hash: string): Promise<void> {
    const { store, lesson, setView } = this.parts;
    const settings = /\?.*$/s.exec(this.first)?.[0] ?? '';
    this.first = hash.includes('?') ? hash : `${hash}${settings}`;
    if (hash.includes('?')) return this.open(hash);
    const { route, notice } = parseRoute(hash);
    const { page } = store.get().view.route;
    setView({ route: lesson.resolve(route) });
    lesson.enter();
    if (page === 'lesson') lesson.settle();
    if (notice !== null) this.patchSession({ notices: [notice] });
  }

  private patchSession(patch: Partial<AppState['session']>): void {
    this.parts.store.set((s) => ({ ...s, session: { ...s.session, ...patch } }));
  }
}
