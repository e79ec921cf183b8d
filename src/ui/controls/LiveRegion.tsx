import type { ReactNode } from 'react';
import { useAppState } from '../AppContext.ts';
import { announcement } from '../text/status.ts';

/** Speaks at every tenth of a run and when it ends, and what there is to know besides. */
export function LiveRegion(): ReactNode {
  const message = useAppState(announcement);
  const notice = useAppState(({ session }) => session.notices.at(-1) ?? '');
  return (
    <div className="vh" aria-live="polite">
      <p>{message}</p>
      <p>{notice}</p>
    </div>
  );
}
