/** What a step of the lesson says and asks. The words are in `steps/`. */
import type { ReactNode } from 'react';
import type { FrgTable } from '../../core/frg/score.ts';
import type { FindingView } from '../../store/findingView.ts';
import type { Source } from '../../store/lessonFacts.ts';
import type { LessonId, LessonStep } from '../../store/lessonSteps.ts';
import type { AppState } from '../../store/state.ts';

export interface Context {
  readonly state: AppState;
  readonly table: FrgTable | null;
  readonly step: LessonStep;
  /** What is recorded of many networks; null until it is read. */
  readonly finding: FindingView | null;
}

export interface Option {
  readonly id: string;
  readonly text: string;
}

/** What came out. */
export interface Outcome {
  /** The option that turned out right. */
  readonly right: string;
  readonly text: string;
  readonly source: Source;
}

export interface StepWords {
  readonly id: LessonId;
  readonly title: string;
  /** Paragraphs. */
  readonly text: (context: Context) => readonly string[];
  readonly question: (context: Context) => string;
  /** Empty while the question cannot be asked: a sweep is missing. */
  readonly options: (context: Context) => readonly Option[];
  /** Why there are no options yet, where it is not that a sweep is missing. */
  readonly missing?: string;
  /** Null: it needs a run. */
  readonly outcome: (context: Context) => Outcome | null;
  /** Shown beside what came out. */
  readonly exhibit?: (context: Context) => ReactNode;
  /** What to look at or try next. */
  readonly look: string;
  /** Of the button that runs the step here. */
  readonly run: string;
}

/** An option that covers a range of the measured value, fractions of 1. */
export interface Bin extends Option {
  /** Values below this, and not below the bin before. */
  readonly below: number;
}

/** The bin that a value falls into. */
export function binOf(bins: readonly Bin[], value: number): string {
  return (bins.find(({ below }) => value < below) ?? bins.at(-1))?.id ?? '';
}
