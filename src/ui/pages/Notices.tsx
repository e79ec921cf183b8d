import type { ReactNode } from 'react';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { leaving } from '../leave.ts';

/** What one should know that is no failure, until it is dismissed. */
export function Notices(): ReactNode {
  const app = useApp();
  const notices = useAppState((state) => state.session.notices);
  if (notices.length === 0) return null;
  return (
    <div className="ban warn notices">
      <ul>
        {notices.map((notice, at) => (
          <li key={`${String(at)} ${notice}`}>{notice}</li>
        ))}
      </ul>
      <button
        type="button"
        className="btn sq ghost"
        aria-label="Dismiss"
        onClick={leaving(() => app.dismissNotices())}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
