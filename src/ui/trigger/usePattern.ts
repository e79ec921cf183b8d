import { useEffect, useState } from 'react';
import { useApp } from '../AppContext.ts';

export interface Pattern {
  /** uint8 [32, 32, 3]; null: there is none, or not yet. */
  readonly pattern: Uint8Array | null;
  /** Why there is none; undefined where there is. */
  readonly off: string | undefined;
}

const WAITING: Pattern = { pattern: null, off: 'fetching its pattern' };
const NONE: Pattern = { pattern: null, off: 'no pattern was made for these images' };
const FAILED: Pattern = { pattern: null, off: 'its pattern could not be fetched' };

/** Low Frequency's pattern for a data set, asked for when it is wanted. @param data null: not known */
export function usePattern(data: string | null): Pattern {
  const { oracle } = useApp();
  const [known, setKnown] = useState<Pattern & { readonly data: string | null }>({
    ...WAITING,
    data,
  });
  useEffect(() => {
    if (data === null) return;
    let stale = false;
    const show = (next: Pattern): void => {
      if (!stale) setKnown({ ...next, data });
    };
    oracle.patternFor(data).then(
      (pattern) => {
        show(pattern === null ? NONE : { pattern, off: undefined });
      },
      () => {
        show(FAILED);
      },
    );
    return () => {
      stale = true;
    };
  }, [oracle, data]);
  if (data === null) return NONE;
  return known.data === data ? known : WAITING;
}
