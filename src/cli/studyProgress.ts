import type { EngineInfo } from '../bridge/engineInfo.ts';
import { describeError, fromWire, type WireError } from '../core/errors.ts';
import type { StudyEvent, StudyJob, StudyOutcome } from '../core/study/job.ts';
import { type JobTime, remainingSeconds } from '../core/study/remaining.ts';
import { clock, percent } from './format.ts';
import type { Terminal } from './terminal.ts';

const CLEAR = '\r\u001B[K';
const BAR = 20;
const REPAINT_MS = 100;

/** A job as people and the estimate see it. */
export interface Labelled {
  readonly job: StudyJob;
  /** "signs-badnets  ANP  seed 0" */
  readonly label: string;
  /** Jobs of one kind take about as long. */
  readonly kind: string;
}

/**
 * Shows a study on stderr: a line per result, and on a terminal one that is drawn again with the
 * jobs under way and the time left.
 */
export class StudyProgress {
  private readonly terminal: Terminal;
  private readonly items: readonly Labelled[];
  private readonly threads: number;
  private readonly now: () => number;
  private readonly began = new Map<number, number>();
  private readonly took = new Map<number, number>();
  private readonly doing = new Map<number, string>();
  private ended = 0;
  private drawn = false;
  private paintedAt = -Infinity;

  /** @param now milliseconds, monotonic */
  constructor(
    terminal: Terminal,
    items: readonly Labelled[],
    { backend, threads }: EngineInfo,
    now: () => number,
  ) {
    this.terminal = terminal;
    this.items = items;
    this.threads = backend === 'webgpu' ? 1 : threads;
    this.now = now;
  }

  /** A result of an earlier call. */
  kept(label: string, outcome: StudyOutcome): void {
    this.line(`${label}  ${resultText(outcome)}  (kept)`);
  }

  show(event: StudyEvent): void {
    const { job } = event;
    const label = this.items[job]?.label ?? '';
    switch (event.kind) {
      case 'started':
        this.began.set(job, this.now());
        this.doing.set(job, label);
        break;
      case 'progress': {
        const share = event.total > 0 ? event.done / event.total : 0;
        this.doing.set(job, `${label}: ${event.phase} ${percent(Math.min(1, share), 0)}`);
        break;
      }
      case 'done':
        this.end(job, `${label}  ${resultText(event.outcome)}`);
        break;
      case 'failed':
        this.end(job, `${label}  failed: ${oneLine(event.error)}`);
        break;
    }
    this.paint();
  }

  /** Takes the line that is drawn again off the screen. */
  clear(): void {
    if (this.drawn) this.terminal.err(CLEAR);
    this.drawn = false;
    this.paintedAt = -Infinity;
  }

  private end(job: number, text: string): void {
    const began = this.began.get(job);
    if (began !== undefined) this.took.set(job, (this.now() - began) / 1000);
    this.ended++;
    this.doing.delete(job);
    this.line(text);
  }

  private line(text: string): void {
    this.clear();
    this.terminal.err(`${text}\n`);
  }

  private paint(): void {
    if (!this.terminal.live || this.now() - this.paintedAt < REPAINT_MS) return;
    const total = this.items.length;
    const full = Math.round((this.ended / Math.max(1, total)) * BAR);
    const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
    const left = remainingSeconds(this.times());
    const facts = [
      `${this.ended}/${total}`,
      ...(left === null ? [] : [`${clock(left)} left`]),
      ...this.doing.values(),
    ];
    // A line that wraps could not be drawn over.
    const columns = Math.max(20, this.terminal.columns - 1);
    this.terminal.err(CLEAR + `${bar} ${facts.join(', ')}`.slice(0, columns));
    this.drawn = true;
    this.paintedAt = this.now();
  }

  private times(): readonly JobTime[] {
    return this.items.map(({ job, kind }, index): JobTime => {
      const began = this.began.get(index);
      const running = began === undefined ? null : (this.now() - began) / 1000;
      const took = this.took.get(index);
      const share = job.kind === 'defense' ? 1 / this.threads : 1;
      return { kind, share, ended: took !== undefined, seconds: took ?? running };
    });
  }
}

function resultText({ after, pruned, seconds }: StudyOutcome): string {
  const rates = (['acc', 'asr', 'ra'] as const).flatMap((name) => {
    const value = after[name];
    return value === null ? [] : [`${NAMES[name]} ${percent(value)}`];
  });
  const cut = pruned.unit === null ? [] : [`${pruned.count} ${pruned.unit}`];
  return [...rates, `${seconds.toFixed(1)} s`, ...cut].join(', ');
}

const NAMES = { acc: 'Acc', asr: 'ASR', ra: 'RA' } as const;

function oneLine(error: WireError): string {
  return describeError(fromWire(error))
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, '·');
}
