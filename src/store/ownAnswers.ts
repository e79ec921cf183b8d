/** The answers of the form about a checkpoint, as typed, and what they come to. */
import type { CheckpointChoice, CheckpointInfo, DataInfo, DatasetName } from '../bridge/own.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { Normalisation } from '../core/network/evalNetwork.ts';

export interface OwnAnswers {
  /** Three numbers, e.g. "0.5, 0.5, 0.5". */
  readonly mean: string;
  readonly std: string;
  readonly dataset: DatasetName | 'signs' | null;
  /** One per line; empty: those of the data set. */
  readonly classNames: string;
  /** `given`: the triggered images that came with the file, where there are any, else none. */
  readonly source: 'given' | 'own';
  readonly trigger: TriggerSpec | null;
}

/** What is wrong with an answer, under the answer's name. */
export type Problems = Readonly<
  Partial<Record<'mean' | 'std' | 'dataset' | 'classNames' | 'trigger', string>>
>;

const CHANNELS = 3;
/** Pixels as they are, in [0, 1]. */
export const NO_NORMALISATION: Normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };

export function normalisationText({ mean, std }: Normalisation): Pick<OwnAnswers, 'mean' | 'std'> {
  return { mean: mean.join(', '), std: std.join(', ') };
}

/** The guesses, filled in. Normalisation that cannot be guessed is none. */
export function firstAnswers({ guess }: CheckpointInfo): OwnAnswers {
  return {
    ...normalisationText(guess.normalisation ?? NO_NORMALISATION),
    ...{ dataset: guess.dataset, classNames: '', source: 'given', trigger: null },
  };
}

/** What is still wrong; empty when the answers make a choice. */
export function problemsOf(
  answers: OwnAnswers,
  { classes }: CheckpointInfo,
  data: readonly DataInfo[],
): Problems {
  const { mean, std, dataset, source, trigger } = answers;
  const names = linesOf(answers.classNames);
  // The embedded signs are always at hand; whether they fit is for the engine to say.
  const set = data.find(({ name }) => name === dataset);
  const sigma = numbersOf(std);
  return {
    ...(numbersOf(mean) === null && { mean: 'Three numbers, one per colour: red, green, blue.' }),
    ...((sigma === null || sigma.some((value) => value <= 0)) && {
      std: 'Three numbers above 0, one per colour.',
    }),
    ...(dataset === null
      ? { dataset: 'Choose the images that the network reads.' }
      : dataset !== 'signs' && wrongImages(set, classes)),
    ...(names.length > 0 &&
      names.length !== classes && {
        classNames: `${String(names.length)} names for ${String(classes)} classes.`,
      }),
    ...(source === 'own' && trigger === null && { trigger: 'Draw a trigger or open a picture.' }),
  };
}

function wrongImages(set: DataInfo | undefined, classes: number): Problems {
  if (set === undefined) return { dataset: 'Open its files first.' };
  const found = set.classNames.length;
  if (found === classes) return {};
  return { dataset: `The network has ${String(classes)} classes, these images ${String(found)}.` };
}

/** The choice that the answers make; null while something is wrong with them. */
export function choiceOf(
  answers: OwnAnswers,
  info: CheckpointInfo,
  data: readonly DataInfo[],
): CheckpointChoice | null {
  const { dataset } = answers;
  const [mean, std] = [numbersOf(answers.mean), numbersOf(answers.std)];
  if (mean === null || std === null || dataset === null) return null;
  if (Object.keys(problemsOf(answers, info, data)).length > 0) return null;
  const classNames = linesOf(answers.classNames);
  return {
    ...{ normalisation: { mean, std }, dataset },
    ...(classNames.length > 0 && { classNames }),
    trigger: answers.source === 'own' ? answers.trigger : null,
  };
}

function numbersOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const numbers = parts.map(Number);
  return numbers.length === CHANNELS && numbers.every(Number.isFinite) ? numbers : null;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
