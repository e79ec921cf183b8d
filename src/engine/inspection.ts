/** One feature map on one FRG image, for the hover card and the slow motion. */
import type { MapInspection } from '../bridge/protocol.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { toBytes } from '../core/augment.ts';
import { FmpError } from '../core/errors.ts';
import type { ReverseConfig } from '../core/frg/reverse.ts';
import { locateMap } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { InspectedMap } from './computeContract.ts';
import { kernelOf } from './kernelOf.ts';
import { checkMap, outside } from './noSuch.ts';
import type { Session } from './session.ts';
import { frgImages, reverseConfig } from './sweep.ts';

/** What a worker is asked; x and x0 are one image, [32, 32, 3]. */
export interface InspectionRequest {
  readonly x: Float32Array;
  readonly x0: Float32Array;
  readonly map: number;
  readonly config: ReverseConfig;
}

/**
 * FRG of one feature map on one FRG image, with the settings of the spec.
 * @param ask sends the request to a worker that holds the loaded network
 * @throws FmpError badInput when there is no such feature map or image
 */
export async function inspectMap(
  session: Session,
  spec: RunSpec,
  { eps, map, image }: { readonly eps: number; readonly map: number; readonly image: number },
  ask: (request: InspectionRequest) => Promise<InspectedMap>,
): Promise<MapInspection> {
  const { plan, stateDict } = session.model;
  checkMap(plan, map);
  const { conv } = locateMap(plan, map);
  const config = reverseConfig(spec.frg, eps);
  const all = frgImages(session, spec, config);
  const label = all.labels[image];
  if (label === undefined)
    throw outside('FRG image', 'image', image, all.labels.length, 'choose one of the FRG images');
  const cut = (values: Float32Array): Float32Array =>
    values.slice(image * IMAGE_VALUES, (image + 1) * IMAGE_VALUES);
  const [x, x0] = [cut(all.x), cut(all.x0)];
  const seen = await ask({ x, x0, map, config });
  const predicted = seen.probabilities.indexOf(Math.max(...seen.probabilities));
  return {
    ...{ map, size: conv.outSize, clean: seen.clean, perturbed: seen.perturbed },
    ...{ image: toBytes(x), result: toBytes(seen.result), label, predicted },
    perturbation: seen.result.map((value, i) => value - (x[i] ?? 0)),
    probability: seen.probabilities[predicted] ?? 0,
    kernel: kernelOf(plan, stateDict, map),
  };
}

/** A look at a map while a run is under way: the workers' network is the run's. */
export function besideRun<T>(session: Session, ask: () => Promise<T>): Promise<T> {
  requireOriginal(session);
  return ask();
}

/** @throws FmpError badInput unless the workers hold the network as it was loaded */
export function requireOriginal(session: Session): void {
  if (session.isOriginal) return;
  throw new FmpError('feature maps cannot be inspected in this phase of the run', {
    ...{ code: 'badInput', field: 'map', expected: 'a sweep that is paused, or no run' },
    remedy: 'wait for the run to end',
  });
}
