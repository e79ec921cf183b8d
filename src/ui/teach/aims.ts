import type { LessonId } from '../../store/lessonSteps.ts';

/** What a step is for, and the minutes that a class needs for it. */
export const AIMS: Readonly<Record<LessonId, readonly [aim: string, minutes: number]>> = {
  hidden: ['A backdoor does not show in any ordinary test.', 2],
  trigger: ['Trigger, target, attack success rate.', 2],
  fineTuning: ['The baseline that everyone thinks of first.', 2],
  scores: ['What a feature map is, and what pushing one means.', 4],
  target: ['The defender’s only clue. No trigger was used.', 2],
  prune: ['p, ties, the price before repair.', 3],
  repair: ['Fine-tuning after pruning, against fine-tuning alone.', 2],
  random: ['A result needs a control.', 3],
  printed: ['A recipe as printed, and one that works: on many networks, not on one.', 2],
  clean: ['False alarms, and the harm of pruning without a suspect.', 2],
};

/** After which steps a class can stop and talk, and about what. */
export const STOPS: Readonly<Partial<Record<LessonId, string>>> = {
  fineTuning: 'What would you try next?',
  target: 'Who guessed the class, and from what?',
  random: 'Is FRG worth it?',
};
