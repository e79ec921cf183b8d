/** The answers of a lesson as a file to hand in. */
import type { LessonSlice } from './lessonState.ts';
import { LESSON, type LessonId } from './lessonSteps.ts';

export interface AnswersFile {
  readonly format: 'fmp-lab-answers';
  readonly version: 1;
  /** ISO date of the download. */
  readonly date: string;
  /** As typed; absent unless somebody typed one. */
  readonly name?: string;
  readonly answered: number;
  readonly right: number;
  readonly steps: readonly StepAnswer[];
}

export interface StepAnswer {
  /** 1-based. */
  readonly step: number;
  readonly id: LessonId;
  /** In words; null: not answered, or its outcome was never on show. */
  readonly question: string | null;
  readonly prediction: string | null;
  readonly result: string | null;
  /** The option that turned out right. */
  readonly rightAnswer: string | null;
  readonly source: 'measured' | 'recorded' | null;
  readonly right: boolean | null;
  /** Whole seconds that the step was on show, at most an hour at a time. */
  readonly seconds: number;
}

/** What was predicted, what came out, and how long each step took. */
export function answersFile(
  { guesses, seen, seconds }: LessonSlice,
  date: string,
  name: string,
): AnswersFile {
  const steps = LESSON.map(({ id }, index): StepAnswer => {
    const shown = seen[id];
    return {
      ...{ step: index + 1, id, question: shown?.question ?? null },
      prediction: shown?.guess ?? guesses[id] ?? null,
      ...{ result: shown?.result ?? null, rightAnswer: shown?.right ?? null },
      ...{ source: shown?.source ?? null },
      right: shown === undefined ? null : shown.guess === shown.right,
      seconds: Math.round(seconds[id] ?? 0),
    };
  });
  const typed = name.trim();
  return {
    ...{ format: 'fmp-lab-answers', version: 1, date },
    ...(typed === '' ? {} : { name: typed }),
    answered: steps.filter(({ prediction }) => prediction !== null).length,
    right: steps.filter(({ right }) => right === true).length,
    steps,
  };
}
