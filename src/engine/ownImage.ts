/** One image that a person brought, read by every network of the last run. */
import type { ImageReading } from '../bridge/ownImage.ts';
import type { SampleProbabilities } from '../bridge/runEvents.ts';
import { FmpError } from '../core/errors.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { RunOutcome } from './runContext.ts';
import { RunControl } from './runControl.ts';
import type { Session } from './session.ts';

/**
 * Leaves another network than the loaded one on the workers.
 * @param image uint8 RGB [32, 32, 3] @param outcome undefined: no run has pruned yet
 * @throws FmpError badInput for an image of another size
 */
export async function readImage(
  session: Session,
  outcome: RunOutcome | undefined,
  image: Uint8Array,
): Promise<ImageReading> {
  if (image.length !== IMAGE_VALUES)
    throw new FmpError('this is no image of the size that the network reads', {
      ...{ code: 'badInput', field: 'image', got: `${String(image.length)} bytes` },
      expected: `${String(IMAGE_VALUES)} bytes, RGB [32, 32, 3]`,
      remedy: 'bring it to 32 × 32 pixels first',
    });
  const attack = session.attack(new RunControl(false));
  const triggered = attack === null ? null : await attack.apply(image.slice());
  const by = async (weights: StateDict | null | undefined): Promise<SampleProbabilities | null> => {
    if (weights == null) return null;
    await session.setWeights(weights);
    return session.probabilities({ labels: Int32Array.of(0), clean: image, triggered });
  };
  return {
    triggered,
    stages: {
      backdoored: await by(session.model.stateDict),
      pruned: await by(outcome?.pruned),
      fineTuned: await by(outcome?.fineTuned),
    },
  };
}
