/** Results that come with the page, read when somebody opens theirs. */
import type { StoreApi } from 'zustand/vanilla';

/** `none`: nothing was recorded for this copy of the app. */
export type Reading = 'pending' | 'reading' | 'read' | 'none' | 'failed';

export interface Recorded<T> {
  readonly reading: Reading;
  /** What comes with the page; null before it is read, and where there is none. */
  readonly recorded: T | null;
}

/**
 * Reads what was recorded; once, and never again after a failure.
 * @param read the file, not yet trusted; null where there is none
 * @param parse throws on what is no such file
 */
export async function openRecorded<T>(
  store: Pick<StoreApi<Recorded<T>>, 'getState'> & {
    readonly setState: (patch: Partial<Recorded<T>>) => void;
  },
  read: () => Promise<unknown>,
  parse: (value: unknown) => T,
): Promise<void> {
  if (store.getState().reading !== 'pending') return;
  store.setState({ reading: 'reading' });
  try {
    const value = await read();
    store.setState(
      value === null ? { reading: 'none' } : { reading: 'read', recorded: parse(value) },
    );
  } catch {
    store.setState({ reading: 'failed' });
  }
}
