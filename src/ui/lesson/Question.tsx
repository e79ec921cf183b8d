import { useEffect, type ReactNode } from 'react';
import { occupation } from '../../store/occupation.ts';
import { isBusy, isReady, progressShare } from '../../store/selectors.ts';
import type { LessonId } from '../../store/lessonSteps.ts';
import { useApp } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { Progress } from '../controls/Progress.tsx';
import { occupiedText } from '../text/occupied.ts';
import { phaseText } from '../text/status.ts';
import type { Context, Outcome, StepWords } from './words.ts';

/** Steps that the recorded run answers. */
const RECORDED: ReadonlySet<LessonId> = new Set<LessonId>(['scores', 'target', 'prune', 'repair']);

interface Props {
  readonly words: StepWords;
  readonly context: Context;
}

function Phases({ now }: { now: 0 | 1 | 2 }): ReactNode {
  return (
    <ol className="phases" aria-label="Where you are">
      {['Predict', 'Run', 'Compare'].map((name, index) => (
        <li key={name} aria-current={index === now ? 'step' : undefined}>
          {name}
        </li>
      ))}
    </ol>
  );
}

/** The step's run: here, or where there is one the recorded run. */
function RunStep({ words, context }: Props): ReactNode {
  const { lesson, run } = useApp();
  const { state, step } = context;
  if (isBusy(state))
    return (
      <div className="rail-run">
        <Progress label={phaseText(state)} share={progressShare(state)} />
        <p className="note">
          {state.run.status === 'paused' ? 'Paused' : phaseText(state)}. You can read on.
        </p>
        <button type="button" className="btn" onClick={() => void run.cancel()}>
          Stop
        </button>
      </div>
    );
  const isOther = state.session.model?.manifest.id !== step.model;
  const ready = isReady(state) || isOther || state.session.unloaded !== null;
  const taken = occupation(state);
  const records = RECORDED.has(step.id);
  return (
    <div className="rail-run">
      <button
        type="button"
        className="btn"
        disabled={!ready || state.session.loading !== null || taken !== null}
        onClick={() => void lesson.runHere(step)}
      >
        <Icon name="run" filled />
        {words.run}
      </button>
      {records && (
        <button
          type="button"
          className="link sm"
          disabled={taken !== null}
          onClick={() => void lesson.showRecorded()}
        >
          Show the recorded run
        </button>
      )}
      {taken !== null && <p className="note">{occupiedText(taken)} This step waits.</p>}
    </div>
  );
}

function Verdict({ outcome, guess }: { outcome: Outcome; guess: string }): ReactNode {
  const isRight = outcome.right === guess;
  return (
    <p className="read verdict" role="status">
      <b>{isRight ? 'As you guessed. ' : 'Not what you guessed. '}</b>
      {outcome.text}{' '}
      <span className={outcome.source === 'measured' ? 'chip meas' : 'chip rec'}>
        {outcome.source}
      </span>
    </p>
  );
}

/** A question with its options; what came out is shown once one of them is chosen. */
export function Question({ words, context }: Props): ReactNode {
  const { lesson } = useApp();
  const { state } = context;
  const guess = state.lesson.guesses[words.id];
  const options = words.options(context);
  const outcome = guess === undefined ? null : words.outcome(context);
  const textOf = (option: string | undefined): string =>
    options.find(({ id }) => id === option)?.text ?? option ?? '';
  const question = words.question(context);
  const [mine, right] = [textOf(guess), textOf(outcome?.right)];
  const { text: result, source } = outcome ?? { text: null, source: null };
  useEffect(() => {
    if (result === null) return;
    lesson.note(words.id, { question, guess: mine, right, result, source });
  }, [lesson, words.id, question, mine, right, result, source]);
  return (
    <>
      <Phases now={guess === undefined ? 0 : outcome === null ? 1 : 2} />
      <fieldset className="ask">
        <legend>{question}</legend>
        {options.map(({ id, text }) => {
          const mine = id === guess;
          const right = outcome?.right === id;
          return (
            <button
              key={id}
              type="button"
              className={mine ? 'opt mine' : 'opt'}
              aria-pressed={mine}
              disabled={guess !== undefined && !mine && !right}
              onClick={() => {
                lesson.guess(words.id, id);
              }}
            >
              <span>{text}</span>
              {mine && <small>your guess</small>}
              {right && (
                <small className="right">
                  <Icon name="check" />
                  {mine ? '' : 'it was this'}
                </small>
              )}
            </button>
          );
        })}
        {options.length === 0 && (
          <p className="note">
            {words.missing ?? 'Every map must be scored before this can be asked.'}
          </p>
        )}
      </fieldset>
      {guess !== undefined && outcome !== null && <Verdict {...{ outcome, guess }} />}
      {guess !== undefined && outcome === null && (
        <p className="note">
          {state.session.models.length === 0
            ? 'Your guess is kept. The numbers are on their way.'
            : 'Your guess is kept. Now run it.'}
        </p>
      )}
      {outcome !== null && words.exhibit?.(context)}
      {(guess !== undefined || options.length === 0) && <RunStep {...{ words, context }} />}
      {outcome !== null && <p className="read look">{words.look}</p>}
    </>
  );
}
