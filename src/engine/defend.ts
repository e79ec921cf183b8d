/** A defense of the core on a compute worker. */
import type { DefenseId } from '../core/defenses/about.ts';
import type { DefenseInput, DefenseOutcome, DefenseStep } from '../core/defenses/defense.ts';
import { defenseIds, defenseOf } from '../core/defenses/registry.ts';
import { FmpError } from '../core/errors.ts';

/**
 * Runs it to its end on the current backend.
 * @param alive lets messages in and throws once the request is aborted
 * @throws FmpError cancelled, or what the defense threw; all tensors are freed
 */
export async function defend(
  { defense, input }: { readonly defense: DefenseId; readonly input: DefenseInput },
  emit: (step: DefenseStep) => void,
  alive: () => Promise<void>,
): Promise<DefenseOutcome> {
  const known = defenseIds.find((id) => id === defense);
  if (known === undefined)
    throw new FmpError('this defense cannot be run', {
      ...{ code: 'badInput', field: 'defense', got: defense, expected: defenseIds.join(', ') },
      remedy: 'choose another one',
    });
  const steps = defenseOf(known).run(input);
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
      emit(step.value);
      await alive();
    }
  } finally {
    // Frees what a defense holds that was stopped half-way; nothing is left after its end.
    await steps.return(undefined as never);
  }
}
