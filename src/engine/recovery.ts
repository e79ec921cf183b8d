/** Work that outlives the loss of a worker or a graphics device, and a lack of memory. */
import type { RecoveryReason, RunEvent } from '../bridge/runEvents.ts';
import { FmpError } from '../core/errors.ts';
import type { Pool } from './pool.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';

/** Losses that one run is mended after; a device that is lost again and again is no use. */
const MOST_LOSSES = 2;

/** A piece of work that can be begun again from where it stands. */
export interface Resumable<T> {
  /** Puts what the work needs on fresh workers. */
  readonly prepare: () => Promise<void>;
  readonly work: () => Promise<T>;
  /** Rows that need not come again. */
  readonly kept?: () => number;
  /** Images of the call that memory did not suffice for; absent where calls cannot be smaller. */
  readonly tooMany?: () => number;
}

export interface RecoveryContext {
  readonly session: Session;
  readonly pool: Pool;
  readonly control: RunControl;
  readonly emit: (event: RunEvent) => void;
  readonly now: () => number;
}

export class Recovery {
  private readonly context: RecoveryContext;
  private losses = 0;
  private images = Infinity;

  constructor(context: RecoveryContext) {
    this.context = context;
  }

  /** Images per call that memory has not been found too small for. */
  get mostImages(): number {
    return this.images;
  }

  /** @throws FmpError what could not be mended */
  async through<T>({ prepare, work, kept, tooMany }: Resumable<T>): Promise<T> {
    const { session, pool, control, emit, now } = this.context;
    let lost: RecoveryReason | null = null;
    let since = 0;
    for (;;) {
      try {
        if (lost !== null) session.forgetWeights();
        await prepare();
        if (lost !== null && !control.isCancelled)
          emit({
            ...{ kind: 'recovered', reason: lost },
            ...{ from: kept?.() ?? 0, seconds: now() - since },
            ...(lost === 'outOfMemory' ? { images: this.images } : {}),
          });
        lost = null;
        return await work();
      } catch (error) {
        const reason = reasonOf(error);
        if (control.isCancelled || reason === null || !this.canGoOn(reason, tooMany)) throw error;
        if (lost === null) since = now();
        lost = reason;
        // Where no fresh workers are to be had, what is said is how it began.
        await pool.restart().catch(() => {
          throw error;
        });
      }
    }
  }

  /** Counts a loss, or makes calls smaller. */
  private canGoOn(reason: RecoveryReason, tooMany: (() => number) | undefined): boolean {
    if (reason !== 'outOfMemory') return ++this.losses <= MOST_LOSSES;
    if (tooMany === undefined) return false;
    this.images = Math.floor(tooMany() / 2);
    return this.images >= 1;
  }
}

/**
 * A short request, asked once more with fresh workers where some turn out to be lost.
 * @param forget says that the workers hold nothing any more
 */
export async function askAgain<T>(
  pool: Pool,
  forget: () => void,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isLoss(error)) throw error;
    await pool.restart().catch(() => {
      throw error;
    });
    forget();
    return request();
  }
}

function reasonOf(error: unknown): RecoveryReason | null {
  const code = error instanceof FmpError ? error.facts.code : 'internal';
  return code === 'workerDied' || code === 'deviceLost' || code === 'outOfMemory' ? code : null;
}

/** Whether an error means that the workers are gone, or not to be trusted any more. */
export function isLoss(error: unknown): boolean {
  return reasonOf(error) !== null;
}
