/**
 * Which layers a backend with `FmpConv` computes in one pass: a convolution, the residual sum that
 * is the only one to read it, and the batch norm that is the only one to read the sum.
 */
import { type ConvSpec, type Layer, readersOf } from './layers.ts';

/** A residual sum that is computed with one of its operands. */
export interface MergedSum {
  readonly conv: ConvSpec;
  /** The other operand. */
  readonly side: number;
  /** The batch norm that is computed with it, or null. */
  readonly norm: number | null;
}

export interface Merged {
  /** By layer. */
  readonly sums: ReadonlyMap<number, MergedSum>;
  /** Layers that hand on what they read: another one computes them. */
  readonly passing: ReadonlySet<number>;
}

export const NOTHING_MERGED: Merged = { sums: new Map(), passing: new Set() };

/** @param needed by layer; until: layers whose own value is wanted */
export function mergeLayers(
  layers: readonly Layer[],
  needed: readonly boolean[],
  until: readonly number[],
): Merged {
  const sums = new Map<number, MergedSum>();
  const passing = new Set<number>();
  const readers = readersOf(layers);
  const soleReader = (i: number): number | null => {
    const [reader, ...others] = readers[i] ?? [];
    return reader === undefined || others.length > 0 || until.includes(i) ? null : reader;
  };
  /** The convolution at the end of which layer i is, with its batch norm if it has one. */
  const convBefore = (i: number): { conv: ConvSpec; chain: number[] } | null => {
    const layer = layers[i];
    if (layer?.op === 'conv') return { conv: layer.conv, chain: [i] };
    if (layer?.op !== 'batchNorm' || layer.relu) return null;
    const before = layers[layer.from];
    const folded = before?.op === 'conv' && before.conv.norm === layer.name;
    return folded && soleReader(layer.from) === i
      ? { conv: before.conv, chain: [layer.from, i] }
      : null;
  };
  for (const [i, layer] of layers.entries()) {
    if (layer.op !== 'add' || needed[i] !== true) continue;
    for (const [main, side] of [
      [layer.from, layer.other],
      [layer.other, layer.from],
    ] as const) {
      const before = soleReader(main) === i ? convBefore(main) : null;
      if (before === null) continue;
      const next = layer.relu ? null : soleReader(i);
      const norm = next !== null && layers[next]?.op === 'batchNorm' && needed[next] ? next : null;
      for (const passed of [...before.chain, ...(norm === null ? [] : [norm])]) passing.add(passed);
      sums.set(i, { conv: before.conv, side, norm });
      break;
    }
  }
  return { sums, passing };
}
