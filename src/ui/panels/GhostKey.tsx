import type { ReactNode } from 'react';
import type { Sweep } from '../../store/resultsState.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { sweepText } from '../text/findings.ts';

/** Names the sweep behind the marks, and shows or hides it. */
export function GhostKey({ sweep }: { sweep: Sweep }): ReactNode {
  const app = useApp();
  const shows = useAppState((state) => state.view.ghost);
  return (
    <button
      type="button"
      className="key link sm ghost-k"
      aria-pressed={shows}
      title={shows ? 'Hide the previous run' : 'Show the previous run'}
      onClick={() => {
        app.setView({ ghost: !shows });
      }}
    >
      <Glyph name="before" />
      previous run: {sweepText(sweep)}
    </button>
  );
}
