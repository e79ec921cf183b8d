import { aboutDefense, DEFENSE_IDS, type DefenseId } from './about.ts';
import { runAnp } from './anp.ts';
import { runClp } from './clp.ts';
import type { Defense, RunDefense } from './defense.ts';
import { runFinePruning } from './finePruning.ts';
import { runFineTuning } from './fineTuning.ts';
import { runNad } from './nad.ts';
import { runNeuralCleanse } from './neuralCleanse.ts';
import { runRnp } from './rnp.ts';

const RUNS: Readonly<Record<DefenseId, RunDefense>> = {
  ft: runFineTuning,
  fp: runFinePruning,
  clp: runClp,
  anp: runAnp,
  nc: runNeuralCleanse,
  nad: runNad,
  rnp: runRnp,
};

/** Ids of all defenses, in the order of tables. */
export const defenseIds: readonly DefenseId[] = DEFENSE_IDS;

/** A defense by its id. */
export function defenseOf(id: DefenseId): Defense {
  return { ...aboutDefense(id), run: RUNS[id] };
}
