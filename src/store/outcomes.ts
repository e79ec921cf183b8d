import type { StageName, TestPredictions } from '../bridge/runEvents.ts';

/** What became of every triggered test image, as counts that add up to n. */
export interface Outcomes {
  /** Not read as its true class before, read right now. */
  readonly fixed: number;
  /** Read right before and now. */
  readonly held: number;
  /** Read as the target now. */
  readonly fooled: number;
  /** Read as some third class now. */
  readonly broken: number;
  readonly n: number;
}

/** Compares two stages on the same triggered images; null without a trigger. */
export function outcomes(
  before: TestPredictions,
  now: TestPredictions,
  target: number,
): Outcomes | null {
  const { triggered, triggeredLabels } = now;
  if (triggered === null || triggeredLabels === null || before.triggered === null) return null;
  const counts = { fixed: 0, held: 0, fooled: 0, broken: 0, n: triggered.length };
  triggered.forEach((predicted, image) => {
    const label = triggeredLabels[image];
    if (predicted === label) counts[before.triggered?.[image] === label ? 'held' : 'fixed']++;
    else if (predicted === target) counts.fooled++;
    else counts.broken++;
  });
  return counts;
}

export interface Guess {
  readonly class: number;
  readonly probability: number;
}

/** The k likeliest classes of image `index`, likeliest first; ties by class. */
export function topGuesses(
  probabilities: Float32Array,
  classes: number,
  index: number,
  k: number,
): readonly Guess[] {
  const row = probabilities.subarray(index * classes, (index + 1) * classes);
  return Array.from(row, (probability, c) => ({ class: c, probability }))
    .sort((a, b) => b.probability - a.probability || a.class - b.class)
    .slice(0, k);
}

/** What happened to one sample between the network as loaded and `stage`. */
export type SampleOutcome = 'right' | 'fooled' | 'other';

/** The role of a predicted class: shape, colour and word follow from it. */
export function roleOf(predicted: number, label: number, target: number | null): SampleOutcome {
  if (predicted === label) return 'right';
  return predicted === target ? 'fooled' : 'other';
}

/** Names of the stages, as on screen. */
export const STAGE_NAMES: Readonly<Record<StageName, string>> = {
  backdoored: 'Backdoored',
  pruned: 'Pruned',
  fineTuned: 'Fine-tuned',
};
