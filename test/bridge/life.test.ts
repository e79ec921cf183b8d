import { expect, it } from 'vitest';
import { type Locks, showLife, watchLife } from '../../src/bridge/life.ts';

/** Locks of one browser, with which a holder can be killed. */
class FakeLocks implements Locks {
  private readonly held = new Set<string>();
  private readonly waiting = new Map<string, () => Promise<unknown>>();

  request(name: string, granted: () => Promise<unknown>): Promise<unknown> {
    if (this.held.has(name)) {
      this.waiting.set(name, granted);
      return new Promise(() => undefined);
    }
    this.held.add(name);
    return granted();
  }

  /** The holder is gone; whoever waits is next. */
  kill(name: string): void {
    this.held.delete(name);
    void this.waiting.get(name)?.();
  }
}

it('hands on messages, and says once that the worker is gone', () => {
  const locks = new FakeLocks();
  const received: unknown[] = [];
  const ends: string[] = [];
  const receive = watchLife(
    locks,
    (message) => received.push(message),
    () => ends.push('gone'),
  );
  showLife(locks, 'worker 1', receive);
  receive({ id: 1, kind: 'result', value: null });
  receive(null);
  expect(received).toEqual([{ id: 1, kind: 'result', value: null }, null]);
  expect(ends).toEqual([]);
  locks.kill('worker 2');
  expect(ends).toEqual([]);
  locks.kill('worker 1');
  expect(ends).toEqual(['gone']);
});

it('does without locks', () => {
  const received: unknown[] = [];
  const receive = watchLife(
    undefined,
    (message) => received.push(message),
    () => {
      throw new Error('nobody is gone');
    },
  );
  showLife(undefined, 'worker 1', receive);
  receive({ id: 1 });
  expect(received).toEqual([{ id: 1 }]);
});
