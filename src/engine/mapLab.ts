/** What a person asks about one feature map of the network as loaded. */
import type { MapCurvePoint, TriggeredMap } from '../bridge/mapLab.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { toFloat } from '../core/augment.ts';
import { FmpError } from '../core/errors.ts';
import { noisyStart } from '../core/frg/noise.ts';
import { classShares, frgAccuracy } from '../core/frg/score.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { CurveAnswer } from './computeContract.ts';
import { requireOriginal } from './inspection.ts';
import { checkMap, outside } from './noSuch.ts';
import { noTrigger } from './oracle.ts';
import type { Pool } from './pool.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';
import { reverseConfig } from './sweep.ts';

/** Settings of one call to a GPU, where a call is dear and a setting is not. */
const GPU_CHUNK = 8;

/** More would be a mistake. */
const MOST_POINTS = 256;

/**
 * FRG of one feature map over eps; points are reported in order.
 * @throws FmpError badInput for a map or an eps that does not exist, cancelled
 */
export async function mapCurve(
  session: Session,
  pool: Pool,
  control: RunControl,
  { spec, map, eps }: { spec: RunSpec; map: number; eps: readonly number[] },
  onPoint: (point: MapCurvePoint) => void,
): Promise<void> {
  const { plan } = session.model;
  checkCurve(plan, map, eps);
  const { images, labels } = session.dataset.train(session.split(spec).frg);
  const x = toFloat(images);
  const settings = eps.map((bound) => {
    const config = reverseConfig(spec.frg, bound);
    // The released code's noise does not know eps; at 0 there is to be no perturbation at all.
    const start = (): Float32Array =>
      bound === 0 ? x : noisyStart(x, config.variant, bound, config.alpha, spec.seed);
    return { config, start };
  });
  const { classes } = plan.architecture;
  await pool.beside(
    eps.length,
    pool.info.backend === 'webgpu' ? GPU_CHUNK : 1,
    control,
    (worker, from, to) => {
      requireOriginal(session);
      const some = settings.slice(from, to).map(({ config, start }) => ({ config, x0: start() }));
      return worker.call('mapCurve', { map, x, settings: some });
    },
    (from, answers) => {
      answers.forEach((answer, i) => {
        onPoint(pointOf(eps[from + i] ?? 0, answer, labels, classes));
      });
    },
  );
}

function pointOf(
  eps: number,
  { predictions, change }: CurveAnswer,
  labels: Int32Array,
  classes: number,
): MapCurvePoint {
  const table = { maps: Int32Array.of(0), labels, predictions, classes, rows: 1 };
  const shares = classShares(table);
  const share = Math.max(...shares);
  const [accuracy = 0] = frgAccuracy(table);
  return { eps, accuracy, share, topClass: shares.indexOf(share), change, predictions };
}

/**
 * One feature map on a shown sample, without and with the trigger.
 * @param ask a worker that holds the loaded network: the map on uint8 images [2,32,32,3]
 * @throws FmpError badInput without a trigger, or where there is no such map or sample
 */
export async function inspectTriggered(
  session: Session,
  map: number,
  index: number,
  ask: (images: Uint8Array) => Promise<Float32Array>,
): Promise<TriggeredMap> {
  const { plan } = session.model;
  checkMap(plan, map);
  const { labels, clean, triggered } = await session.samples();
  if (triggered === null) throw noTrigger('index');
  if (labels[index] === undefined)
    throw outside('sample', 'index', index, labels.length, 'choose one of the shown samples');
  const images = new Uint8Array(2 * IMAGE_VALUES);
  [clean, triggered].forEach((from, i) => {
    images.set(from.subarray(index * IMAGE_VALUES, (index + 1) * IMAGE_VALUES), i * IMAGE_VALUES);
  });
  const values = await ask(images);
  const { outSize: size } = locateMap(plan, map).conv;
  return { size, clean: values.slice(0, size * size), triggered: values.slice(size * size) };
}

function checkCurve(plan: NetworkPlan, map: number, eps: readonly number[]): void {
  checkMap(plan, map);
  const wrong = eps.find((bound) => !(bound >= 0 && bound <= 1));
  if (wrong === undefined && eps.length <= MOST_POINTS) return;
  throw new FmpError('this curve cannot be drawn', {
    ...{ code: 'badInput', field: 'eps' },
    got: wrong === undefined ? `${String(eps.length)} values` : String(wrong),
    expected: `at most ${String(MOST_POINTS)} values in [0, 1]`,
    remedy: 'correct this value and ask again',
  });
}
