/** The feature maps whose gradients and images are stored in full. */
import { disposeContext, type ReverseContext } from '../../src/core/frg/reverse.ts';
import { locateMap } from '../../src/core/network/plan.ts';
import { atMost, type CheckResult, near, skip, worstOf } from './check.ts';
import { type Checks, IMAGE_VALUES, type OracleContext, withNetwork } from './context.ts';
import { networkLogits } from './forward.ts';
import {
  frgContext,
  type FrgParams,
  type FrgPart,
  imageCount,
  INPUT,
  type Variant,
  variantConfig,
  VARIANTS,
} from './frg.ts';
import {
  clamp01,
  gradientAt,
  type MapRun,
  type Point,
  runReverse,
  trajectory,
} from './trajectory.ts';

const CHANNELS = 'frg/channels.safetensors';
/** Of the largest gradient: below it the sign is rounding. */
const SIGN_FROM = 1e-5;
const GRADIENT = 1e-3;
/** Two ways to add and clamp the same float32 numbers. */
const ROUNDING = 1e-5;

/** Images that float32 cannot decide; see ties.ts. */
const TIES = 'images at ties';

/** What the checks of one feature map share. */
interface Channel extends MapRun {
  readonly context: OracleContext;
  readonly params: FrgParams;
  readonly map: number;
  readonly title: string;
  readonly images: number;
  readonly variants: readonly Variant[];
}

type Groups = Map<string, CheckResult[]>;

/** @param part its maps are taken out of the stored ones */
export async function* channelChecks(context: OracleContext, part: FrgPart = {}): Checks {
  const params = context.folder.json('frg/params.json') as FrgParams;
  const images = Math.min(imageCount(context), part.images ?? Infinity);
  const variants = part.variants ?? VARIANTS;
  const stored = params.stored_channels.map((c) => c.global_index);
  const maps = stored.filter((map) => part.maps?.includes(map) !== false);
  const groups: Groups = new Map();
  await withNetwork(context, context.weights, (network) =>
    withFrg(frgContext(context, network, images), async (frg) => {
      for (const map of maps) {
        const { conv: spec, channel } = locateMap(context.plan, map);
        const title = `map ${map} of ${spec.name}`;
        const one = { context, params, network, frg, map, spec, channel, title, images };
        const steps = variants.includes('multi_step') ? params.steps : 1;
        await checkChannel({ ...one, variants, config: { ...params, steps } }, groups);
      }
    }),
  );
  for (const [name, results] of groups) {
    const worst = worstOf(name, results);
    const tied = results.filter((result) => result.name.includes(TIES)).length;
    yield tied === 0 ? worst : { ...worst, note: `${worst.note}; ${tied} maps without ${TIES}` };
  }
}

async function checkChannel(one: Channel, groups: Groups): Promise<void> {
  const add = (name: string, result: CheckResult): void => {
    groups.set(name, [...(groups.get(name) ?? []), result]);
  };
  const { steps } = one.config;
  const trace = goldenImages(one, 'trace');
  const lastGolden = goldenImages(one, 'grad_last');
  // The points between are work: wanted where they are stored, or where the end is not the same.
  const all = trace !== null || lastGolden !== null;
  let points = await pointsOf(all ? one : { ...one, config: { ...one.config, steps: 1 } });
  const start = points[0];
  const golden = goldenImages(one, 'grad0');
  if (golden === null || start === undefined)
    throw new Error(`${CHANNELS} has no gradient of ${one.title}`);
  const gradient = await gradientAt(one, start.images);
  add('frg: first gradient / largest', nearGradient(one, gradient, golden, start));

  for (const variant of one.variants) {
    const config = variantConfig(one.params, variant);
    if (config === null) continue;
    const expected = goldenImages(one, `x_${variant}`);
    if (expected !== null) {
      const got = await runReverse(one, config);
      const strict = sameWhereClear(one, got, expected, golden, start);
      const again = strict.status === 'fail' && variant === 'multi_step';
      if (again) points = await pointsOf(one);
      const before = again ? (points.at(-1) ?? start) : start;
      const result = again ? sameWhereClear(one, got, expected, golden, before) : strict;
      add(`frg ${variant}: x' differs`, result);
    }
    const source = expected ?? singleStep(one, variant, golden);
    const output = await networkLogits(one.network, source);
    const logits = one.context.folder.floats(CHANNELS, `ch${one.map}.logits_${variant}`);
    const wanted = logits.subarray(0, output.length);
    add(`frg ${variant}: logits of x'`, near(one.title, output, wanted, one.context.outputs));
  }

  if (trace !== null && steps > 1) {
    for (const [t, point] of points.slice(1).entries()) {
      const size = point.images.length;
      const expected = trace.subarray(t * size, (t + 1) * size);
      const before = points[t] ?? point;
      const result = sameWhereClear(one, point.images, expected, golden, before);
      add('frg multi_step: x after each step', result);
    }
  }
  const last = points.at(-1);
  if (lastGolden !== null && last !== undefined && steps > 1) {
    const got = await gradientAt(one, last.images);
    add('frg: last gradient / largest', nearGradient(one, got, lastGolden, last));
  }
}

async function pointsOf(one: Channel): Promise<Point[]> {
  const points: Point[] = [];
  for await (const point of trajectory(one)) points.push(point);
  return points;
}

async function withFrg(
  frg: ReverseContext,
  body: (frg: ReverseContext) => Promise<void>,
): Promise<void> {
  try {
    await body(frg);
  } finally {
    disposeContext(frg);
  }
}

/** A stored [..., N, C, H, W] of this map, channels last and cut to the images in use. */
function goldenImages({ context, map, images }: Channel, name: string): Float32Array | null {
  const key = `ch${map}.${name}`;
  const tensor = context.folder.tensors(CHANNELS).get(key);
  if (tensor === undefined) return null;
  const all = context.folder.images(CHANNELS, key);
  const stored = tensor.shape.at(-4) ?? 1;
  return all.filter((_, i) => Math.floor(i / IMAGE_VALUES) % stored < images);
}

/** x' of a variant of one step, from the golden gradient. */
function singleStep(one: Channel, variant: Variant, gradient: Float32Array): Float32Array {
  if (variant === 'multi_step') throw new Error(`${CHANNELS} has no x_multi_step`);
  const from = one.context.folder.images(INPUT, variant === 'released' ? 'x0' : 'x');
  return gradient.map((g, i) => clamp01((from[i] ?? NaN) + one.params.eps * Math.sign(g)));
}

/** The check on all images; where that fails, on those that are at no tie. */
function unlessTied(
  title: string,
  { ties }: Point,
  check: (title: string, counts: (value: number) => boolean) => CheckResult,
): CheckResult {
  const all = check(title, () => true);
  if (all.status === 'pass' || !ties.includes(true)) return all;
  if (!ties.includes(false)) return skip(title, 'every image is at a tie');
  return check(title + tied(ties), (i) => ties[Math.floor(i / IMAGE_VALUES)] === false);
}

/** Relative to the largest value of the golden gradient. */
function nearGradient(
  { title }: Channel,
  got: Float32Array,
  golden: Float32Array,
  point: Point,
): CheckResult {
  const scale = 1 / Math.max(largest(golden), Number.MIN_VALUE);
  return unlessTied(title, point, (name, counts) => {
    const part = (values: Float32Array): Float32Array =>
      values.filter((_, i) => counts(i)).map((value) => value * scale);
    return near(name, part(got), part(golden), { abs: GRADIENT });
  });
}

/** Pixels that differ where the first gradient's sign is sure, or by more than 2·eps anywhere. */
function sameWhereClear(
  { title, params }: Channel,
  got: Float32Array,
  expected: Float32Array,
  gradient: Float32Array,
  point: Point,
): CheckResult {
  const sure = SIGN_FROM * largest(gradient);
  return unlessTied(title, point, (name, counts) => {
    const wrong = [...expected.keys()].filter((i) => {
      const off = Math.abs((got[i] ?? NaN) - (expected[i] ?? NaN));
      const clear = Math.abs(gradient[i] ?? NaN) > sure && counts(i);
      return !(off <= (clear ? ROUNDING : 2 * params.eps + ROUNDING));
    }).length;
    return atMost(name, got.length === expected.length ? wrong : NaN, 0, '');
  });
}

function tied(ties: readonly boolean[]): string {
  const count = ties.filter((tie) => tie).length;
  return count === 0 ? '' : `, without ${count} of ${ties.length} ${TIES}`;
}

function largest(values: Float32Array): number {
  return values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
}
