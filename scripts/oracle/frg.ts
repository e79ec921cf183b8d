/** FRG of every feature map in all three variants: predictions, accuracies, collapse scores. */
import * as tf from '@tensorflow/tfjs-core';
import {
  createContext,
  disposeContext,
  reverse,
  type ReverseConfig,
  type ReverseContext,
} from '../../src/core/frg/reverse.ts';
import { classShares, frgAccuracy, type FrgTable, suspicion } from '../../src/core/frg/score.ts';
import { tidy } from '../../src/core/memory.ts';
import type { EvalNetwork } from '../../src/core/network/evalNetwork.ts';
import { logits } from '../../src/core/network/forward.ts';
import { type ConvSpec, locateMap, mapsInScope } from '../../src/core/network/plan.ts';
import { withdrawFastConvolution } from '../../src/engine/wasm/fastConvolution.ts';
import { atMost, type CheckResult, near, same, skip, worstOf } from './check.ts';
import {
  type Checks,
  imageTensor,
  type OracleContext,
  type SyncChecks,
  withNetwork,
} from './context.ts';
import { finish, trajectory } from './trajectory.ts';

export interface FrgParams {
  readonly eps: number;
  readonly alpha: number;
  readonly steps: number;
  readonly stored_channels: readonly { readonly global_index: number }[];
}

/** A part of the maps and images, for backends too slow for all; gradients need no other image. */
export interface FrgPart {
  readonly maps?: readonly number[];
  readonly images?: number;
  readonly variants?: readonly Variant[];
}

export const INPUT = 'frg/input.safetensors';
const RESULTS = 'frg/results.safetensors';
/** Feature maps per reverse call. */
const CHUNK = 4;

/** Logits closer than this may swap places. */
const CLEAR_MARGIN = 1e-2;
/** Share of maps whose accuracy may differ, and by how much: sign(g) is unstable near 0. */
const UNEQUAL = { one_step: 0.03, multi_step: 0.1, released: 0.03 } as const;
const OFF_BY = 2 / 8;

export type Variant = keyof typeof UNEQUAL;
export const VARIANTS: readonly Variant[] = ['one_step', 'multi_step', 'released'];

/** How `reverse` makes a variant; null where it has no such mode. */
export function variantConfig(params: FrgParams, variant: Variant): ReverseConfig | null {
  const { eps, alpha, steps } = params;
  if (variant === 'released') return { variant, eps, alpha, steps: 1 };
  if (variant === 'one_step') return { variant: 'projected', eps, alpha, steps: 1 };
  // A single projected step moves by eps, not by alpha.
  return steps === 1 ? null : { variant: 'projected', eps, alpha, steps };
}

/** Both forward passes of the golden clean and noisy images. */
export function frgContext(
  { folder }: OracleContext,
  network: EvalNetwork,
  images: number,
): ReverseContext {
  const read = (name: string): tf.Tensor4D => imageTensor(folder.images(INPUT, name), 0, images);
  return createContext(network, read('x'), read('x0'));
}

export function imageCount({ folder }: OracleContext): number {
  return folder.tensor(INPUT, 'x').shape[0] ?? 0;
}

export async function* frgChecks(context: OracleContext, part: FrgPart = {}): Checks {
  yield* storedScores(context);
  const params = context.folder.json('frg/params.json') as FrgParams;
  const images = Math.min(imageCount(context), part.images ?? Infinity);
  const maps = Int32Array.from(part.maps ?? mapsInScope(context.plan, 'all'));
  for (const variant of part.variants ?? VARIANTS) {
    const config = variantConfig(params, variant);
    if (config === null)
      yield skip(`frg ${variant}`, 'one step of alpha: the program takes single steps of eps');
    else
      yield* await withNetwork(context, context.weights, async (network) => {
        const frg = frgContext(context, network, images);
        try {
          return await variantChecks(context, { network, frg, variant, config, maps, images });
        } finally {
          disposeContext(frg);
        }
      });
  }
}

interface Sweep {
  readonly network: EvalNetwork;
  readonly frg: ReverseContext;
  readonly variant: Variant;
  readonly config: ReverseConfig;
  readonly maps: Int32Array;
  readonly images: number;
}

async function variantChecks(context: OracleContext, job: Sweep): Promise<CheckResult[]> {
  const { folder, plan } = context;
  const { variant, maps, images } = job;
  const stored = folder.tensor(RESULTS, `pred.${variant}`).shape[1] ?? 0;
  const labels = folder.integers(INPUT, 'labels').subarray(0, images);
  const { classes } = plan.architecture;
  const predictions = await sweep(job);
  const expected = pick(folder.integers(RESULTS, `pred.${variant}`), maps, stored, images);
  const margin = pick(folder.floats(RESULTS, `margin.${variant}`), maps, stored, images);
  const differing = [...predictions.keys()].filter(
    (i) => predictions[i] !== expected[i] && !((margin[i] ?? NaN) <= CLEAR_MARGIN),
  );
  const { rest, rounded } = await otherSums(context, job, differing, expected);
  const atTies = await countTies(job, rest);
  const table = (rows: ArrayLike<number>): FrgTable => {
    return { maps, labels, predictions: Int16Array.from(rows), classes, rows: maps.length };
  };
  const [got, golden] = [frgAccuracy(table(predictions)), frgAccuracy(table(expected))];
  const differences = got.map((accuracy, row) => Math.abs(accuracy - (golden[row] ?? NaN)));
  const unequal = differences.filter((d) => d !== 0).length;
  const furthest = differences.reduce((a, b) => Math.max(a, b), 0);
  const note = `${maps.length} feature maps, ${images} images`;
  const ties = atTies === 0 ? '' : `, without ${atTies} at ties`;
  const other = rounded === 0 ? '' : `, ${rounded} as golden only when summed in tfjs's order`;
  const share = unequal / maps.length;
  return [
    atMost(
      `frg ${variant}: clear predictions differ`,
      rest.length - atTies,
      0,
      note + other + ties,
    ),
    atMost(`frg ${variant}: accuracies unequal`, share, UNEQUAL[variant], `${unequal} of ${note}`),
    atMost(`frg ${variant}: accuracy off by`, furthest, OFF_BY, note),
  ];
}

/** Predicted classes, row-major [maps, images]. */
async function sweep({ network, frg, config, maps }: Sweep): Promise<Int32Array> {
  const rows: number[] = [];
  for (const spec of network.plan.convs) {
    const channels = channelsOf(spec, maps);
    for (let from = 0; from < channels.length; from += CHUNK) {
      const x = finish(reverse(network, frg, spec, channels.slice(from, from + CHUNK), config));
      const predicted = tidy(() => tf.argMax(logits(network, x), 1));
      x.dispose();
      rows.push(...(await predicted.data()));
      predicted.dispose();
    }
  }
  return Int32Array.from(rows);
}

/**
 * Several signed steps can end in two places that are far apart when a gradient entry is as small as
 * its rounding: PyTorch's float32 and float64 differ in the same way. On WASM there are two
 * convolutions that add up the same products in different orders. An entry that has the golden class
 * by one of them is decided by rounding and is counted apart.
 */
async function otherSums(
  context: OracleContext,
  job: Sweep,
  differing: readonly number[],
  expected: readonly number[],
): Promise<{ readonly rest: number[]; readonly rounded: number }> {
  const putBack = differing.length === 0 ? null : withdrawFastConvolution();
  if (putBack === null) return { rest: [...differing], rounded: 0 };
  const rows = [...new Set(differing.map((entry) => Math.floor(entry / job.images)))];
  const maps = Int32Array.from(rows, (row) => job.maps[row] ?? -1);
  const frg = frgContext(context, job.network, job.images);
  const again = await sweep({ ...job, frg, maps });
  disposeContext(frg);
  putBack();
  const rest = differing.filter((entry) => {
    const row = rows.indexOf(Math.floor(entry / job.images));
    return again[row * job.images + (entry % job.images)] !== expected[entry];
  });
  return { rest, rounded: differing.length - rest.length };
}

/** How many of these entries of the sweep went through a tie. */
async function countTies(job: Sweep, entries: readonly number[]): Promise<number> {
  const { network, frg, config, maps, images } = job;
  let count = 0;
  for (const entry of entries) {
    const { conv: spec, channel } = locateMap(network.plan, maps[Math.floor(entry / images)] ?? -1);
    let tie = false;
    for await (const { ties } of trajectory({ network, frg, spec, channel, config }))
      tie = ties[entry % images] === true;
    if (tie) count++;
  }
  return count;
}

const channelsOf = (spec: ConvSpec, maps: Int32Array): number[] =>
  [...maps].map((map) => map - spec.offset).filter((c) => c >= 0 && c < spec.outChannels);

/** Rows of `maps`, first `images` of `stored` columns. */
function pick(
  values: ArrayLike<number>,
  maps: Int32Array,
  stored: number,
  images: number,
): number[] {
  return [...maps].flatMap((map) =>
    Array.from({ length: images }, (_, i) => values[map * stored + i] ?? NaN),
  );
}

/** The scores that follow from the golden predictions alone. */
function* storedScores({ folder, plan }: OracleContext): SyncChecks {
  const labels = folder.integers(INPUT, 'labels');
  const maps = Int32Array.from(mapsInScope(plan, 'all'));
  const { classes } = plan.architecture;
  const results = VARIANTS.map((variant) => {
    const predictions = Int16Array.from(folder.integers(RESULTS, `pred.${variant}`));
    const table = { maps, labels, predictions, classes, rows: maps.length };
    const shares = classShares(table);
    const leading = Array.from(maps.keys(), (row) => {
      const own = shares.subarray(row * classes, (row + 1) * classes);
      return own.indexOf(Math.max(...own));
    });
    const read = (name: string) => folder.floats(RESULTS, `${name}.${variant}`);
    return {
      accuracy: near(variant, frgAccuracy(table), read('accuracy'), { abs: 1e-6 }),
      collapse: near(variant, suspicion(table, 'collapse'), read('collapse'), { abs: 1e-6 }),
      leader: same(variant, leading, folder.integers(RESULTS, `collapse_class.${variant}`)),
    };
  });
  yield worstOf(
    'frg: accuracy of golden predictions',
    results.map((r) => r.accuracy),
  );
  yield worstOf(
    'frg: collapse of golden predictions',
    results.map((r) => r.collapse),
  );
  yield worstOf(
    'frg: collapse class',
    results.map((r) => r.leader),
  );
}
