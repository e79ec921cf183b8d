import type { ReactNode } from 'react';
import { visibleState } from '../../store/lessonView.ts';
import { useAppState } from '../AppContext.ts';
import { announcement } from '../text/status.ts';

/** Speaks at every tenth of a run and when it ends, of what may be seen, and of what there is besides. */
export function LiveRegion(): ReactNode {
  const message = useAppState((state) => announcement(visibleState(state)));
  const notice = useAppState(({ session }) => session.notices.at(-1) ?? '');
  return (
    <div className="vh" aria-live="polite">
      <p>{message}</p>
      <p>{notice}</p>
    </div>
  );
}
