/** The feature maps whose gradients and images are stored in full. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  createContext,
  disposeContext,
  firstGradient,
  reverse,
  type ReverseConfig,
  type ReverseContext,
} from '../../src/core/frg/reverse.ts';
import type { EvalNetwork } from '../../src/core/network/evalNetwork.ts';
import { type ConvSpec, locateMap } from '../../src/core/network/plan.ts';
import { atMost, type CheckResult, near, worstOf } from './check.ts';
import { type Checks, imageTensor, type OracleContext, take, withNetwork } from './context.ts';
import { networkLogits } from './forward.ts';
import {
  finish,
  frgContext,
  type FrgParams,
  type FrgPart,
  imageCount,
  INPUT,
  type Variant,
  variantConfig,
  VARIANTS,
} from './frg.ts';

const CHANNELS = 'frg/channels.safetensors';
/** Of the largest gradient: below it the sign is rounding. */
const SIGN_FROM = 1e-5;
const GRADIENT = 1e-3;
/** Two ways to add and clamp the same float32 numbers. */
const ROUNDING = 1e-5;

/** What the checks of one feature map share. */
interface Channel {
  readonly context: OracleContext;
  readonly params: FrgParams;
  readonly network: EvalNetwork;
  readonly frg: ReverseContext;
  readonly map: number;
  readonly spec: ConvSpec;
  readonly channel: number;
  readonly images: number;
}

type Groups = Map<string, CheckResult[]>;

/** @param part its maps are taken out of the stored ones */
export async function* channelChecks(context: OracleContext, part: FrgPart = {}): Checks {
  const params = context.folder.json('frg/params.json') as FrgParams;
  const images = Math.min(imageCount(context), part.images ?? Infinity);
  const stored = params.stored_channels.map((c) => c.global_index);
  const maps = stored.filter((map) => part.maps?.includes(map) !== false);
  const groups: Groups = new Map();
  await withNetwork(context, context.weights, async (network) => {
    const frg = frgContext(context, network, images);
    for (const map of maps) {
      const { conv: spec, channel } = locateMap(context.plan, map);
      const one = { context, params, network, frg, map, spec, channel, images };
      await checkChannel(one, groups);
    }
    disposeContext(frg);
  });
  for (const [name, results] of groups) yield worstOf(name, results);
}

async function checkChannel(one: Channel, groups: Groups): Promise<void> {
  const add = (name: string, result: CheckResult): void => {
    groups.set(name, [...(groups.get(name) ?? []), result]);
  };
  const title = `map ${String(one.map)} of ${one.spec.name}`;
  const golden = goldenImages(one, 'grad0');
  if (golden === null) throw new Error(`${CHANNELS} has no gradient of ${title}`);
  const gradient = await take(firstGradient(one.network, one.frg, one.spec, [one.channel]));
  add('frg: first gradient / largest', nearGradient(title, gradient, golden));

  const moved = (got: Float32Array, expected: Float32Array): CheckResult =>
    sameWhereClear(title, got, expected, golden, one.params.eps);
  for (const variant of VARIANTS) {
    const config = variantConfig(one.params, variant);
    if (config === null) continue;
    const expected = goldenImages(one, `x_${variant}`);
    if (expected !== null)
      add(`frg ${variant}: x' differs`, moved(await run(one, config), expected));
    const source = expected ?? singleStep(one, variant, golden);
    const output = await networkLogits(one.network, source);
    const logits = one.context.folder.floats(CHANNELS, `ch${String(one.map)}.logits_${variant}`);
    const wanted = logits.subarray(0, output.length);
    add(`frg ${variant}: logits of x'`, near(title, output, wanted, one.context.outputs));
  }

  const { steps } = one.params;
  const trace = goldenImages(one, 'trace');
  for (let t = 1; trace !== null && t < steps; t++) {
    const size = one.frg.x.size;
    const expected = trace.subarray((t - 1) * size, t * size);
    add('frg multi_step: x after each step', moved(await stepped(one, gradient, t), expected));
  }
  const last = goldenImages(one, 'grad_last');
  if (last !== null && steps > 1) {
    const z = await stepped(one, gradient, steps - 1);
    add('frg: last gradient / largest', nearGradient(title, await gradientAt(one, z), last));
  }
}

/** A stored [..., N, C, H, W] of this map, channels last and cut to the images in use. */
function goldenImages({ context, map, images }: Channel, name: string): Float32Array | null {
  const key = `ch${String(map)}.${name}`;
  const tensor = context.folder.tensors(CHANNELS).get(key);
  if (tensor === undefined) return null;
  const all = context.folder.images(CHANNELS, key);
  const [stored = 1, ...rest] = tensor.shape.slice(-4);
  const size = rest.reduce((a, b) => a * b, 1);
  const parts = Array.from({ length: all.length / (stored * size) }, (_, i) => [
    ...all.subarray(i * stored * size, (i * stored + images) * size),
  ]);
  return Float32Array.from(parts.flat());
}

async function run({ network, frg, spec, channel }: Channel, config: ReverseConfig) {
  return take(finish(reverse(network, frg, spec, [channel], config)));
}

/** z after `t` steps of the multi-step variant; a single step of alpha is taken here. */
async function stepped(one: Channel, gradient: Float32Array, t: number): Promise<Float32Array> {
  const { eps, alpha } = one.params;
  if (t > 1) return run(one, { variant: 'projected', eps, alpha, steps: t });
  const { x, x0 } = inputs(one);
  return x.map((value, i) => {
    const next = (x0[i] ?? 0) + alpha * Math.sign(gradient[i] ?? 0) - value;
    return clamp01(value + Math.min(eps, Math.max(-eps, next)));
  });
}

/** x' of a variant of one step, from the golden gradient. */
function singleStep(one: Channel, variant: Variant, gradient: Float32Array): Float32Array {
  if (variant === 'multi_step') throw new Error(`${CHANNELS} has no x_multi_step`);
  const { x, x0 } = inputs(one);
  const from = variant === 'released' ? x0 : x;
  return from.map((value, i) => clamp01(value + one.params.eps * Math.sign(gradient[i] ?? 0)));
}

function inputs({ context, frg }: Channel): { x: Float32Array; x0: Float32Array } {
  const read = (name: string) => context.folder.images(INPUT, name).subarray(0, frg.x.size);
  return { x: read('x'), x0: read('x0') };
}

async function gradientAt({ network, frg, spec, channel }: Channel, z: Float32Array) {
  const x: tf.Tensor4D = frg.x.clone();
  const context = createContext(network, x, imageTensor(z, 0, frg.x.shape[0]));
  const gradient = await take(firstGradient(network, context, spec, [channel]));
  disposeContext(context);
  return gradient;
}

/** Relative to the largest value of the golden gradient. */
function nearGradient(title: string, got: Float32Array, golden: Float32Array): CheckResult {
  const largest = golden.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  if (largest === 0) return near(title, got, golden, { abs: 0 });
  const scaled = (values: Float32Array) => values.map((value) => value / largest);
  return near(title, scaled(got), scaled(golden), { abs: GRADIENT });
}

/** Pixels that differ where the first gradient's sign is sure, or by more than 2·eps anywhere. */
function sameWhereClear(
  title: string,
  got: Float32Array,
  expected: Float32Array,
  gradient: Float32Array,
  eps: number,
): CheckResult {
  const largest = gradient.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const wrong = [...expected.keys()].filter((i) => {
    const off = Math.abs((got[i] ?? NaN) - (expected[i] ?? NaN));
    const clear = Math.abs(gradient[i] ?? NaN) > SIGN_FROM * largest;
    return !(off <= (clear ? ROUNDING : 2 * eps + ROUNDING));
  }).length;
  return atMost(title, got.length === expected.length ? wrong : NaN, 0, '');
}

const clamp01 = (value: number): number => Math.min(1, Math.max(0, value));
