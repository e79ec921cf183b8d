/**
 * What every defense takes and gives. No defense sees a triggered image or a test image: what its
 * reference code chooses by those is chosen on clean validation images here.
 */
import type { Normalisation } from '../network/evalNetwork.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { StateDict } from '../network/stateDict.ts';
import type { FineTuneSpec } from '../runSpec.ts';
import type { DefenseAbout } from './about.ts';

/** Clean images, uint8 [n,32,32,3], and their classes [n]; n >= 1. */
export interface LabelledImages {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
}

export interface DefenseInput {
  readonly plan: NetworkPlan;
  readonly weights: StateDict;
  readonly normalisation: Normalisation;
  /** What the defender may train on. */
  readonly clean: LabelledImages;
  /** Held out of `clean`: what thresholds and counts are chosen by. */
  readonly validation: LabelledImages;
  /** Whether a mirrored image keeps its class. */
  readonly mirror: boolean;
  /**
   * The one visible budget: epochs, learning rate, momentum, weight decay and batch size of
   * fine-tuning; the work of the other defenses is a stated multiple of it. `retrainRatio` has been
   * spent on choosing `clean`; `mask` says whether what was pruned stays so while fine-tuning.
   */
  readonly budget: FineTuneSpec;
  readonly seed: number;
}

export interface DefenseStep {
  /** In words for people, e.g. "fine-tuning". */
  readonly phase: string;
  /** Of this phase. */
  readonly done: number;
  readonly total: number;
  readonly note?: string;
}

/** What a defense prunes. */
export type PrunedUnit = 'feature maps' | 'BN channels' | 'pooled features';

export interface DefenseOutcome {
  readonly weights: StateDict;
  /** The unit is null for a defense that prunes nothing. */
  readonly pruned: { readonly count: number; readonly unit: PrunedUnit | null };
  /** Numbers worth showing, by a name for people: threshold chosen, suspected classes, … */
  readonly facts: Readonly<Record<string, number | string | readonly number[]>>;
}

/**
 * Yields after every piece of work; stop by calling `return()`, which frees all tensors. Runs on the
 * current backend. Deterministic for one input and backend.
 */
export type RunDefense = (input: DefenseInput) => AsyncGenerator<DefenseStep, DefenseOutcome, void>;

export interface Defense extends DefenseAbout {
  readonly run: RunDefense;
}

export const NOTHING_PRUNED: DefenseOutcome['pruned'] = { count: 0, unit: null };
