import { useEffect, type ReactNode } from 'react';
import { LESSON } from '../../store/lessonSteps.ts';
import { routeHash } from '../../store/route.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from './Icon.tsx';

/** What clickers send. */
const CLICKS: Readonly<Record<string, number>> = { PageDown: 1, PageUp: -1 };

/**
 * Larger, without what a room does not need; Alt and P begins and ends it, Escape leaves, a clicker
 * walks through the lesson. A letter alone would be in the way of those who speak to their computer.
 */
export function PresentToggle(): ReactNode {
  const app = useApp();
  const presents = useAppState((state) => state.view.present);
  const { step } = useAppState((state) => state.view.route);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // By its place: with Alt some keyboards write another letter.
      if (event.code !== 'KeyP' || !event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      app.setView({ present: !presents });
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, [app, presents]);
  useEffect(() => {
    if (!presents) return;
    document.documentElement.dataset.present = '';
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      if (event.key === 'Escape') app.setView({ present: false });
      const to = (step ?? 0) + (CLICKS[event.key] ?? 0);
      if (step === null || to === step || to < 1 || to > LESSON.length) return;
      event.preventDefault();
      location.hash = routeHash({ page: 'lesson', step: to });
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
      delete document.documentElement.dataset.present;
    };
  }, [app, presents, step]);
  return (
    <button
      type="button"
      className={presents ? 'btn ghost present-b' : 'btn sq ghost present-b'}
      aria-pressed={presents}
      aria-label="Present: larger, for a room"
      aria-keyshortcuts="Alt+P"
      title={presents ? 'Leave the presentation (Esc)' : 'Present: larger, for a room (Alt+P)'}
      onClick={() => {
        app.setView({ present: !presents });
      }}
    >
      <Icon name="present" />
      {presents && 'Esc leaves'}
    </button>
  );
}
