/** The part of the store about the lesson. */
import type { LessonId } from './lessonSteps.ts';

/** A question of the lesson with its guess and its outcome, in the words on show. */
export interface SeenAnswer {
  readonly question: string;
  readonly guess: string;
  /** The option that turned out right. */
  readonly right: string;
  readonly result: string;
  readonly source: 'measured' | 'recorded';
}

/** What one answered in the lesson; kept on this device. */
export interface LessonSlice {
  /** The option chosen in each step that was answered. */
  readonly guesses: Readonly<Partial<Record<LessonId, string>>>;
  /** What came out of each step, as it was shown first. */
  readonly seen: Readonly<Partial<Record<LessonId, SeenAnswer>>>;
  /** How long each step was on show. */
  readonly seconds: Readonly<Partial<Record<LessonId, number>>>;
  /** The rail is folded away to a button. */
  readonly collapsed: boolean;
}

export const NO_LESSON: LessonSlice = { guesses: {}, seen: {}, seconds: {}, collapsed: false };
