import type { ReactNode } from 'react';
import { useAppState } from '../AppContext.ts';
import { announcement } from '../text/status.ts';

/** Speaks at every tenth of a run and when it ends. */
export function LiveRegion(): ReactNode {
  const message = useAppState(announcement);
  return (
    <p className="vh" aria-live="polite">
      {message}
    </p>
  );
}
