/**
 * NC, Neural Cleanse: for every class the smallest trigger that turns images into it is searched; a
 * class whose trigger is an outlier on the small side is suspected, and the network is fine-tuned on
 * images of which a fifth wear the triggers of the suspected classes under their true labels. No
 * class suspected: the network stays as it is.
 *
 * Start, loss, Adam, the changing weight of the norm and the outlier test (medians are the lower of
 * two, 2 deviations) are the reference's. It takes up to 80 epochs of all its images per class: here
 * a class takes 80 steps of 16 images, or more where four times the budget's images allow it, at most
 * 400, and a step stands for an epoch. The paper stamps a fifth of the images and fine-tunes one
 * epoch, the reference stretches mask and pattern to the full range first and fine-tunes 100 epochs
 * but saves the network from before: here the triggers are used as found, the budget's epochs are
 * run and their result is what counts. With several suspects the fifth is shared.
 */
import { IMAGE_VALUES } from '../attacks/attack.ts';
import { compileNetwork, disposeNetwork } from '../network/evalNetwork.ts';
import { createRandom, permutation } from '../random.ts';
import { budgetImages } from './batches.ts';
import {
  type DefenseInput,
  type DefenseOutcome,
  type DefenseStep,
  type LabelledImages,
  NOTHING_PRUNED,
  type RunDefense,
} from './defense.ts';
import { spendBudget } from './fineTuning.ts';
import { testOutliers } from './outliers.ts';
import { stampTrigger, type TriggerVectors } from './reversedTrigger.ts';
import { type FoundTrigger, searchTrigger } from './triggerSearch.ts';

/** Images per step of the search. */
const IMAGES = 16;
const [FEWEST_STEPS, MOST_STEPS] = [80, 400];
/** Images of all searches as a multiple of the budget's. */
const WORK = 4;
/** Of the images that unlearning trains on, those that wear a trigger. */
const STAMPED = 0.2;

/** See the file's comment. */
export const runNeuralCleanse: RunDefense = (input) => cleanse(input, stepsPerClass(input));

/** @param steps of the search for each class */
export async function* cleanse(
  input: DefenseInput,
  steps: number,
): AsyncGenerator<DefenseStep, DefenseOutcome, void> {
  const found = yield* searchAll(input, steps);
  const norms = found.map(({ norm }) => norm);
  const { median, index, flagged } = testOutliers(norms);
  const facts = {
    'suspected classes': flagged,
    'anomaly index': index,
    'mask norms': norms,
    'median norm': median,
    'steps per class': steps,
    'images per step': IMAGES,
  };
  const triggers = flagged.flatMap((k) => found[k] ?? []);
  if (triggers.length === 0) return { weights: input.weights, pruned: NOTHING_PRUNED, facts };
  const data = stampSome(input, triggers);
  const weights = yield* spendBudget(input, input.weights, { phase: 'unlearning', ...data });
  return { weights, pruned: NOTHING_PRUNED, facts };
}

const classesOf = ({ plan }: DefenseInput): number => plan.head.at(-1)?.outputs ?? 0;

function stepsPerClass(input: DefenseInput): number {
  const affordable = Math.round((WORK * budgetImages(input)) / (IMAGES * classesOf(input)));
  return Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, affordable));
}

async function* searchAll(
  input: DefenseInput,
  steps: number,
): AsyncGenerator<DefenseStep, FoundTrigger[], void> {
  const { plan, weights, normalisation } = input;
  const classes = classesOf(input);
  const network = compileNetwork(plan, weights, normalisation);
  const found: FoundTrigger[] = [];
  try {
    for (let target = 0; target < classes; target++) {
      const search = searchTrigger(network, input, { target, steps, images: IMAGES });
      let step = await search.next();
      for (; step.done !== true; step = await search.next()) {
        const done = target * steps + step.value;
        const note = `class ${String(target)}`;
        yield { phase: 'searching triggers', done, total: classes * steps, note };
      }
      found.push(step.value);
    }
    return found;
  } finally {
    disposeNetwork(network);
  }
}

/** The clean images, a random fifth of them with one of the triggers, in turn; labels stay true. */
function stampSome(
  { clean, seed }: DefenseInput,
  triggers: readonly TriggerVectors[],
): LabelledImages {
  const count = Math.round(STAMPED * clean.labels.length);
  const chosen = permutation(clean.labels.length, createRandom(seed, 'ncStamped')).slice(0, count);
  const images = clean.images.slice();
  chosen.forEach((image, i) => {
    const trigger = triggers[i % triggers.length];
    if (trigger === undefined) return;
    const start = image * IMAGE_VALUES;
    images.set(stampTrigger(clean.images.subarray(start, start + IMAGE_VALUES), trigger), start);
  });
  return { images, labels: clean.labels };
}
