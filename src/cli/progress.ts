import type { Phase, RunEvent, StageName } from '../bridge/runEvents.ts';
import type { CutPoint } from '../core/frg/knockOut.ts';
import type { StageMetrics } from '../core/metrics.ts';
import { bound, clock, percent } from './format.ts';
import type { Terminal } from './terminal.ts';

const PHASES: Readonly<Record<Phase, string>> = {
  loading: 'Loading',
  warmUp: 'Warming up',
  evaluating: 'Evaluating',
  searchingEps: 'Searching eps',
  scoring: 'Scoring feature maps',
  pruning: 'Pruning',
  fineTuning: 'Fine-tuning',
};
export const STAGES: Readonly<Record<StageName, string>> = {
  backdoored: 'backdoored',
  pruned: 'pruned',
  fineTuned: 'fine-tuned',
};
const CLEAR = '\r\u001B[K';
const BAR = 24;
const REPAINT_MS = 100;

type ProgressEvent = Extract<RunEvent, { kind: 'progress' }>;
type EpochEvent = Extract<RunEvent, { kind: 'epoch' }>;
type RecoveredEvent = Extract<RunEvent, { kind: 'recovered' }>;

/**
 * Shows a run's events on stderr: on a terminal one line that is drawn again, elsewhere a plain
 * line at every tenth of a phase.
 */
export class Progress {
  private readonly terminal: Terminal;
  private readonly className: (k: number) => string;
  private readonly now: () => number;
  private drawn = false;
  private paintedAt = -Infinity;
  private title = '';
  private tenths = -1;
  private suffix = '';

  constructor(terminal: Terminal, className: (k: number) => string, now: () => number) {
    this.terminal = terminal;
    this.className = className;
    this.now = now;
  }

  readonly show = (event: RunEvent): void => {
    switch (event.kind) {
      case 'phase':
        this.begin(event.phase, event.stage);
        break;
      case 'progress':
        this.advance(event);
        break;
      case 'epsCandidate': {
        const { suspect } = event;
        const says =
          suspect === null
            ? 'no class leads'
            : `${this.className(suspect.class)} leads by ${percent(suspect.margin)}`;
        this.note(`  eps ${bound(event)}: ${says}`);
        break;
      }
      case 'frgStart':
        if (event.cached) this.note('  the sweep of an earlier run is used again');
        break;
      case 'frgDone':
        this.note(`  scored in ${clock(event.seconds)} at ${event.gflops.toFixed(1)} GFLOP/s`);
        break;
      case 'selected':
        this.note(`  ${event.selection.pruned.length} feature maps to prune`);
        break;
      case 'stage':
        this.note(`  ${STAGES[event.stage]}: ${rates(event.metrics)}`);
        break;
      case 'epoch':
        this.suffix = epochFacts(event);
        break;
      case 'recovered':
        this.note(`  ${recovery(event)}`);
        break;
      case 'frgRows':
      case 'untuned':
      case 'paused':
      case 'resumed':
        break;
    }
  };

  /** A count that the knock-out test tried. */
  readonly showCut = ({ count, tuned, share, acc }: CutPoint): void => {
    const done = tuned ? 'pruned and fine-tuned' : 'pruned';
    const says = `suspected class ${percent(share)}, validation Acc ${percent(acc)}`;
    this.note(`  ${count} feature maps ${done}: ${says}`);
  };

  /** A line that stays. */
  note(line: string): void {
    this.clear();
    this.terminal.err(`${line}\n`);
  }

  /** Takes the line that is drawn again off the screen. */
  clear(): void {
    if (this.drawn) this.terminal.err(CLEAR);
    this.drawn = false;
    this.paintedAt = -Infinity;
  }

  private begin(phase: Phase, stage: StageName | undefined): void {
    this.title = `${PHASES[phase]}${stage === undefined ? '' : ` (${STAGES[stage]})`}`;
    this.tenths = -1;
    this.suffix = '';
    if (this.terminal.live) this.paint(`${this.title} …`);
    else this.note(this.title);
  }

  private advance(event: ProgressEvent): void {
    const { done, total, unit, etaSeconds, phase, elapsedSeconds } = event;
    if (phase === 'warmUp' && done === total) {
      this.note(`  warmed up ${total} ${unit} in ${elapsedSeconds.toFixed(1)} s`);
      return;
    }
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const left = etaSeconds === null || share === 1 ? '' : `${clock(etaSeconds)} left`;
    const facts = [percent(share, 0), `${done}/${total} ${unit}`, left, this.suffix];
    const text = facts.filter((fact) => fact !== '').join(', ');
    if (this.terminal.live) {
      if (share < 1 && this.now() - this.paintedAt < REPAINT_MS) return;
      const full = Math.round(share * BAR);
      const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
      this.paint(`${this.title} ${bar} ${text}`);
      return;
    }
    const tenths = Math.floor(share * 10);
    if (tenths <= this.tenths) return;
    this.tenths = tenths;
    this.note(`${this.title}: ${text}`);
  }

  private paint(line: string): void {
    // A line that wraps could not be drawn over.
    this.terminal.err(CLEAR + line.slice(0, Math.max(20, this.terminal.columns - 1)));
    this.drawn = true;
    this.paintedAt = this.now();
  }
}

function epochFacts({ epoch, epochs, loss, validation }: EpochEvent): string {
  const acc = percent(validation.value);
  return `epoch ${epoch}/${epochs}: loss ${loss.toFixed(3)}, validation Acc ${acc}`;
}

const REASONS: Readonly<Record<RecoveredEvent['reason'], string>> = {
  workerDied: 'a worker stopped',
  deviceLost: 'the graphics device was lost',
  outOfMemory: 'memory did not suffice',
};

function recovery({ reason, from, seconds, images }: RecoveredEvent): string {
  const kept = from > 0 ? `, ${from} feature maps kept` : '';
  const smaller = images === undefined ? '' : `, now ${images} images a call`;
  return `${REASONS[reason]}: went on after ${clock(seconds)}${kept}${smaller}`;
}

function rates({ acc, asr, ra }: StageMetrics): string {
  const parts = [`Acc ${percent(acc.value)}`];
  if (asr !== null) parts.push(`ASR ${percent(asr.value)}`);
  if (ra !== null) parts.push(`RA ${percent(ra.value)}`);
  return parts.join(', ');
}
