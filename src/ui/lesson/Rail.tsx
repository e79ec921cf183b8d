import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { LESSON } from '../../store/lessonSteps.ts';
import { lessonStep } from '../../store/lessonView.ts';
import { routeHash } from '../../store/route.ts';
import { useApp, useAppState, useFrgTable } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { findingStore, readFinding } from './findingData.ts';
import { FIRST } from './first.ts';
import { HandIn } from './HandIn.tsx';
import { Question } from './Question.tsx';
import { SECOND } from './second.ts';
import type { Context } from './words.ts';

const WORDS = [...FIRST, ...SECOND];

function link(step: number): string {
  return routeHash({ page: 'lesson', step });
}

/** One dash per step, each a link; answered ones are full. */
function Dashes({ at }: { at: number }): ReactNode {
  const guesses = useAppState((state) => state.lesson.guesses);
  return (
    <ol className="dashes" aria-label="Steps">
      {LESSON.map(({ id }, index) => {
        const title = WORDS.find((words) => words.id === id)?.title ?? '';
        const answered = guesses[id] !== undefined;
        return (
          <li key={id}>
            <a
              href={link(index + 1)}
              className={answered ? 'done' : ''}
              aria-current={index + 1 === at ? 'step' : undefined}
              aria-label={`Step ${String(index + 1)}: ${title}${answered ? ', answered' : ''}`}
              title={title}
            />
          </li>
        );
      })}
    </ol>
  );
}

/** The lesson beside the lab: one step at a time, predict, run, compare. */
export function Rail(): ReactNode {
  const { lesson } = useApp();
  const state = useAppState((whole) => whole);
  const table = useFrgTable();
  const title = useRef<HTMLHeadingElement>(null);
  const step = lessonStep(state);
  const words = WORDS.find(({ id }) => id === step?.id);
  const at = step === null ? 1 : LESSON.indexOf(step) + 1;
  const finding = useStore(findingStore, ({ recorded }) => recorded);
  const before = useRef(at);
  useEffect(() => {
    void readFinding();
  }, []);
  useEffect(() => {
    if (before.current !== at) title.current?.focus();
    before.current = at;
  }, [at]);
  if (step === null || words === undefined) return null;
  const context: Context = { state, table, step, finding };
  const next = WORDS[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined || event.altKey || event.metaKey || event.ctrlKey) return;
    // There the arrows move the cursor, or the choice.
    if (event.target instanceof Element && event.target.closest('input, textarea') !== null) return;
    const to = at + by;
    if (to < 1 || to > LESSON.length) return;
    event.preventDefault();
    location.hash = link(to);
  };
  return (
    <aside className="rail" aria-label="Lesson" onKeyDown={onKeyDown}>
      <div className="rail-h">
        <span className="mut num">
          Lesson {at} of {LESSON.length}
        </span>
        <button
          type="button"
          className="btn sq ghost small"
          aria-label="Fold the lesson away"
          title="Fold the lesson away"
          onClick={() => {
            lesson.collapse(true);
          }}
        >
          <Icon name="back" />
        </button>
      </div>
      <Dashes at={at} />
      <h2 ref={title} tabIndex={-1}>
        {words.title}
      </h2>
      {words.text(context).map((paragraph) => (
        <p key={paragraph} className="read">
          {paragraph}
        </p>
      ))}
      <Question key={words.id} {...{ words, context }} />
      <div className="rail-f">
        {at > 1 && (
          <a className="btn" href={link(at - 1)}>
            Back
          </a>
        )}
        {next !== undefined ? (
          <a className="btn pri" href={link(at + 1)}>
            Next: {next.title}
          </a>
        ) : (
          <button
            type="button"
            className="btn"
            onClick={() => {
              lesson.restart();
              location.hash = link(1);
            }}
          >
            Begin again
          </button>
        )}
      </div>
      <HandIn />
    </aside>
  );
}
