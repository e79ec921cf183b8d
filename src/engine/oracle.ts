/** What only someone with the trigger can ask. */
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { gatherImages } from '../core/fineTune.ts';
import { FmpError } from '../core/errors.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { triggerPairs } from './evaluation.ts';
import type { Pool } from './pool.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';
import { someStored } from './storedTrigger.ts';

/** Triggered images that the oracle looks at. */
const ORACLE_IMAGES = 256;
/** Pairs of images per request: a worker's batch, so that all have work and none is long at it. */
const CHUNK = 32;

/**
 * Mean over test images and positions of |f(triggered) − f(clean)| for every feature map of the
 * network that the workers hold, [plan.maps]. Parts are added up in order, so that the result does
 * not depend on the number of workers.
 * @param field what to name where there is no trigger
 * @throws FmpError badInput without one, cancelled
 */
export async function triggerChange(
  session: Session,
  pool: Pool,
  spec: RunSpec,
  control: RunControl,
  field: string,
): Promise<Float32Array> {
  const test = session.split(spec).test.subarray(0, ORACLE_IMAGES);
  const pairs = await triggerPairs(session, test, control);
  if (pairs === null) throw noTrigger(field);
  const count = pairs.clean.length / IMAGE_VALUES;
  const change = new Float32Array(session.model.plan.maps);
  await pool.inOrder(
    Math.ceil(count / CHUNK),
    control,
    (worker, i) => {
      const part = (images: Uint8Array): Uint8Array =>
        images.slice(i * CHUNK * IMAGE_VALUES, (i + 1) * CHUNK * IMAGE_VALUES);
      const [clean, triggered] = [part(pairs.clean), part(pairs.triggered)];
      return worker.call('activationChange', { clean, triggered });
    },
    (_, sums) => {
      sums.forEach((sum, map) => (change[map] = (change[map] ?? 0) + sum / count));
    },
  );
  return change;
}

export function noTrigger(field: string): FmpError {
  return new FmpError('the oracle needs a trigger, and this model has none', {
    ...{ code: 'badInput', field, got: 'oracle', expected: 'a backdoored model' },
    remedy: 'choose another control or another model',
  });
}

/**
 * Images of the spec's evaluation, uint8 RGB [indices.length, 32, 32, 3].
 * @param indices places in `TestPredictions`, clean or triggered
 * @throws FmpError badInput where there is no such place, or no trigger
 */
export async function testImages(
  session: Session,
  spec: RunSpec,
  indices: Int32Array,
  kind: 'clean' | 'triggered',
  control: RunControl,
): Promise<Uint8Array> {
  const { test } = session.split(spec);
  if (kind === 'clean') return session.dataset.test(at(test, indices)).images;
  if (session.stored !== null) {
    const { images, labels } = someStored(session.stored, test.length);
    return gatherImages(images, at(Int32Array.from(labels.keys()), indices));
  }
  const attack = session.attack(control);
  if (attack === null) throw noTrigger('kind');
  const { labels } = session.dataset.test(test);
  const kept = test.filter((_, i) => labels[i] !== attack.target);
  return attack.apply(session.dataset.test(at(kept, indices)).images);
}

function at(places: Int32Array, indices: Int32Array): Int32Array {
  return indices.map((index) => {
    const found = places[index];
    if (found !== undefined) return found;
    throw new FmpError('there is no such test image', {
      ...{ code: 'badInput', field: 'indices', got: String(index) },
      expected: `0 to ${String(places.length - 1)}`,
      remedy: 'ask for an image of the evaluation',
    });
  });
}
