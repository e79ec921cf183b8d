/**
 * Says when a worker is gone, however it went: one that closes itself or is stopped by the browser
 * sends no error. It holds a lock as long as it lives, and the other side waits for that lock.
 */

/** What is used of the Web Locks of a page or worker; plain http has none. */
export interface Locks {
  request(name: string, granted: () => Promise<unknown>): Promise<unknown>;
}

/** First message of a worker: the lock that it holds. */
interface Life {
  readonly life: string;
}

const isLife = (message: unknown): message is Life =>
  typeof message === 'object' && message !== null && 'life' in message;

/** The locks of this page or worker; undefined where there are none. */
export function ownLocks(): Locks | undefined {
  return (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;
}

/** In the worker: tells the other side which lock to wait for. @param name of no other worker */
export function showLife(
  locks: Locks | undefined,
  name: string,
  post: (message: Life) => void,
): void {
  locks
    ?.request(name, () => {
      post({ life: name });
      return new Promise(() => undefined);
    })
    // Without the lock a worker works as well; only its silent end goes unseen.
    .catch(() => undefined);
}

/**
 * On the other side: hands on all messages but that one, and calls `onGone` once the lock is free.
 */
export function watchLife(
  locks: Locks | undefined,
  onMessage: (message: unknown) => void,
  onGone: () => void,
): (message: unknown) => void {
  return (message) => {
    if (!isLife(message)) {
      onMessage(message);
      return;
    }
    locks
      ?.request(message.life, () => {
        onGone();
        return Promise.resolve();
      })
      .catch(() => undefined);
  };
}
