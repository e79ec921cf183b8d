/**
 * FT: cross-entropy fine-tuning of all layers on the clean images, and the fine-tuning that other
 * defenses end with. The reference runs 100 epochs; here the budget's epochs are run and its other
 * numbers are used as they are.
 */
import { fineTune, type FineTuneInput } from '../fineTune.ts';
import type { StateDict } from '../network/stateDict.ts';
import {
  type DefenseInput,
  type DefenseOutcome,
  type DefenseStep,
  NOTHING_PRUNED,
} from './defense.ts';

/** What of the fine-tuning a defense changes. */
type Changes = Partial<
  Pick<FineTuneInput, 'mask' | 'maskedInputs' | 'taps' | 'images' | 'labels' | 'seed'>
> & { readonly phase?: string };

/**
 * Spends the budget on `weights`, on the clean images unless told otherwise.
 * @returns the weights after the last epoch; those given where the budget has no epoch
 */
export async function* spendBudget(
  input: DefenseInput,
  weights: StateDict,
  { phase = 'fine-tuning', ...changes }: Changes = {},
): AsyncGenerator<DefenseStep, StateDict, void> {
  const { plan, normalisation, mirror, seed, clean, budget: spec } = input;
  let trained = weights;
  const steps = fineTune({
    ...{ plan, normalisation, mirror, seed, spec, weights, mask: new Map(), ...clean },
    ...changes,
  });
  for await (const { epoch, done, images, loss, weights: now } of steps) {
    trained = now ?? trained;
    const seen = epoch * images + done;
    yield { phase, done: seen, total: spec.epochs * images, note: `loss ${loss.toFixed(3)}` };
  }
  return trained;
}

/** See the file's comment. */
export async function* runFineTuning(
  input: DefenseInput,
): AsyncGenerator<DefenseStep, DefenseOutcome, void> {
  const weights = yield* spendBudget(input, input.weights);
  return { weights, pruned: NOTHING_PRUNED, facts: { epochs: input.budget.epochs } };
}
