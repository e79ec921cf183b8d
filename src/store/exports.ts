/** Files for the person: the run, its scores, its weights. */
import type { EngineApi } from '../bridge/protocol.ts';
import { toWire } from '../core/errors.ts';
import type { FrgFeed } from './feed.ts';
import { asSeen } from './asDefender.ts';
import type { StorePort } from './commands.ts';
import { exportFacts } from './exportFacts.ts';
import { answersFile } from './lessonAnswers.ts';
import { scoresAreHidden, visibleState } from './lessonView.ts';
import { writeRunFile } from './runFile.ts';
import { cutOf, scoreTable } from './scoring.ts';
import { scoresCsv } from './scoresCsv.ts';
import { asMade, deviceText } from './selectors.ts';
import type { AppState } from './state.ts';

/** @param type media type */
export type SaveFile = (name: string, content: string | Uint8Array, type: string) => void;

/** What can be exported now. */
export interface Exportable {
  readonly run: boolean;
  readonly scores: boolean;
  /** Which maps the line cuts. */
  readonly mask: boolean;
  /** The latest stage whose weights the engine holds. */
  readonly weights: 'pruned' | 'fineTuned' | null;
}

/** A run from a file has no weights here. The lesson gives nothing away before it is on show. */
export function exportable(state: AppState): Exportable {
  const { results, run, session } = visibleState(state);
  const { pruned, fineTuned } = results.stages;
  const isResting = run.status !== 'running' && run.status !== 'paused';
  const here = isResting && session.loading === null && !session.viewOnly;
  // After an undo, what is on show may not be what the engine's last run left.
  const tuned = fineTuned?.recorded === null && fineTuned === run.held.fineTuned;
  const cut = pruned?.recorded === null && pruned === run.held.pruned;
  const scores = results.sweep !== null && session.model !== null && !scoresAreHidden(state);
  return {
    ...{ scores, run: isResting && scores },
    mask: scores && results.sweep.complete,
    weights: !here ? null : tuned ? 'fineTuned' : cut ? 'pruned' : null,
  };
}

interface Parts extends StorePort {
  readonly engine: EngineApi;
  readonly feed: FrgFeed;
  readonly save: SaveFile;
  readonly commit: string;
  readonly today: () => string;
}

/** A failure becomes the session's error. */
export class ExportCommands {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Everything on show as a run file, to be opened again here. In Defender view it has no trigger. */
  run(): void {
    const { feed, get, save, commit, today } = this.parts;
    const { info } = get().session;
    const device = deviceText(info);
    const text = writeRunFile(asSeen(asMade(visibleState(get()))), feed.snapshot(), {
      date: today(),
      commit,
      device,
    });
    if (text !== null) save(this.named('run.json'), text, 'application/json');
  }

  /** The answers of the lesson, with a name where one was typed. */
  answers(name: string): void {
    const { get, save, today } = this.parts;
    const file = answersFile(get().lesson, today(), name);
    save('fmp-lesson-answers.json', `${JSON.stringify(file, null, 2)}\n`, 'application/json');
  }

  /** The FRG scores on show as CSV. */
  scores(): void {
    const { feed, get, save } = this.parts;
    const made = asMade(get());
    const { session, run } = made;
    const table = feed.snapshot();
    if (session.model === null || table === null) return;
    const { plan, manifest } = session.model;
    const scored = scoreTable(table, run.spec.score);
    const cut = cutOf(plan, scored, run.spec);
    const text = scoresCsv({
      ...{ plan, scored, cut, score: run.spec.score },
      ...{ classNames: manifest.classes, facts: exportFacts(made) },
    });
    save(this.named('scores.csv'), text, 'text/csv');
  }

  /** The network after the latest stage of the last run, and which feature maps it lost. */
  async weights(): Promise<void> {
    const { engine, get, save, set } = this.parts;
    const stage = exportable(get()).weights;
    if (stage === null) return;
    try {
      const { weights, mask } = await engine.exportWeights(stage);
      const part = stage === 'pruned' ? 'pruned' : 'fine-tuned';
      save(this.named(`${part}.safetensors`), weights, 'application/octet-stream');
      save(this.named('mask.json'), mask, 'application/json');
    } catch (error) {
      set((s) => ({ ...s, session: { ...s.session, error: toWire(error) } }));
    }
  }

  /** "fmp-signs-badnets-scores.csv" */
  private named(end: string): string {
    return `fmp-${this.parts.get().run.spec.model}-${end}`;
  }
}
