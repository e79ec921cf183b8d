import type { ReactNode } from 'react';
import { LESSON } from '../../store/lessonSteps.ts';
import { nextStep } from '../../store/lessonView.ts';
import { useApp, useAppState } from '../AppContext.ts';

/** The folded lesson: where one is in it, and a way back. */
export function RailButton(): ReactNode {
  const { lesson } = useApp();
  const isFolded = useAppState((state) => state.lesson.collapsed);
  const { page, step } = useAppState((state) => state.view.route);
  const resume = useAppState(nextStep);
  const guesses = useAppState((state) => state.lesson.guesses);
  if (page !== 'lesson' || !isFolded) return null;
  const at = step ?? resume;
  return (
    <button
      type="button"
      className="btn lesson-b"
      aria-expanded="false"
      onClick={() => {
        lesson.collapse(false);
      }}
    >
      Lesson {at} of {LESSON.length}
      <span className="dots" aria-hidden="true">
        {LESSON.map(({ id }, index) => (
          <i
            key={id}
            className={index + 1 === at ? 'now' : guesses[id] === undefined ? '' : 'done'}
          />
        ))}
      </span>
    </button>
  );
}
